import type { ViteUserConfig } from 'vitest/config';

export interface TestConfigOptions {
  /** Whether the tests use `createTestDatabase()`: then one PostgreSQL is there for the whole run. */
  database?: boolean;
}

/**
 * The vitest configuration of every package here. With ORQ_TEST_REPORTS set to a folder, a run also leaves
 * its results there as JSON, in `<package>.json`.
 */
export function testConfig(options?: TestConfigOptions): ViteUserConfig;
