import { testConfig } from '@orq/testing/vitest';
import { mergeConfig } from 'vitest/config';

export default mergeConfig(testConfig({ database: true }), {
  test: { globalSetup: ['test/support/global-setup.ts'], hookTimeout: 120_000 },
});
