import { testConfig } from '@orq/testing/vitest';

export default testConfig();
