import { testConfig } from '@orq/testing/vitest';
import { defineConfig } from 'vitest/config';

export default defineConfig(testConfig());
