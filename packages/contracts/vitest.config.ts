// By its path: @orq/testing depends on @orq/db, and that on this package.
import { defineConfig } from 'vitest/config';
import { testConfig } from '../../tooling/testing/src/vitest.js';

export default defineConfig(testConfig());
