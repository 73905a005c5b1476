import { defineConfig } from 'vitest/config';
import { testConfig } from '@orq/testing/vitest';

export default defineConfig(testConfig({ database: true }));
