// Plain JavaScript, since Node 20 itself loads what a vitest.config.ts imports, and it reads no TypeScript.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { reportFile } from './report-file.js';

/** The packages of this repository resolve to their source: nothing needs to be built before its tests run. */
const fromSource = { conditions: ['@orq/source'] };

/** @type {typeof import('./vitest.d.ts').testConfig} */
export function testConfig({ database = false } = {}) {
  const reports = process.env.ORQ_TEST_REPORTS;
  return {
    resolve: fromSource,
    ssr: { resolve: fromSource },
    // Where vitest runs global setups: Vite gives an environment none of the conditions above.
    environments: { __vitest__: { resolve: fromSource } },
    test: {
      include: ['test/**/*.test.ts'],
      // Each file in a process of its own costs half a second of CPU, and nothing here replaces modules or globals.
      isolate: false,
      // A wait in a test has a shorter limit of its own, and says what it waited for. This one only ends what hangs: on a
      // busy machine to start five processes one after the other takes a minute.
      testTimeout: 120_000,
      hookTimeout: 120_000,
      teardownTimeout: 20_000,
      globalSetup: database ? [fileURLToPath(new URL('./global-setup.ts', import.meta.url))] : [],
      reporters: reports === undefined ? ['default'] : ['default', 'json'],
      ...(reports === undefined
        ? {}
        : { outputFile: { json: path.join(reports, reportFile(packageName())) } }),
    },
  };
}

/** vitest runs in the package's own folder. */
function packageName() {
  return JSON.parse(readFileSync('package.json', 'utf8')).name;
}
