// By its path: @orq/testing depends on this package, so this package can not depend on it.
import { mergeConfig } from 'vitest/config';
import { testConfig } from '../../tooling/testing/src/vitest.js';

export default mergeConfig(testConfig({ database: true }), {
  test: { globalSetup: ['test/embedded/global-setup.ts'] },
});
