import { testConfig } from './src/vitest.js';

export default testConfig({ database: true });
