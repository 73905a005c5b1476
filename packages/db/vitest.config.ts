// By its path: @orq/testing depends on this package, so this package can not depend on it.
import { testConfig } from '../../tooling/testing/src/vitest.js';

export default testConfig({ database: true });
