import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Lays files out as a house, runs the repository's check on it, and gives back the rules that were broken. */
async function brokenRules(files: Record<string, string>): Promise<string[]> {
  const house = await mkdtemp(path.join(tmpdir(), 'orq-boundaries-'));
  try {
    for (const [file, code] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(house, file)), { recursive: true });
      await writeFile(path.join(house, file), code);
    }
    const depcruise = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const config = path.join(root, '.dependency-cruiser.cjs');
    const args = [
      depcruise,
      '--config',
      config,
      '--output-type',
      'json',
      ...new Set(Object.keys(files).map(topOf)),
    ];
    const { stdout } = await run(process.execPath, args, { cwd: house }).catch(
      (error: { stdout: string }) => error,
    );
    const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string } }[] } };
    return [...new Set(summary.violations.map((violation) => violation.rule.name))].sort();
  } finally {
    await rm(house, { recursive: true, force: true });
  }
}

const topOf = (file: string) => file.split('/')[0] ?? file;

test('an arrow along the way is let through', async () => {
  const rules = await brokenRules({
    'packages/db/src/index.ts': 'export const db = 1;',
    'packages/queue/src/index.ts': "import { db } from '../../db/src/index.ts';\nexport const queue = db;",
  });

  expect(rules).toEqual([]);
});

test('an import that points the wrong way is found, also when it is only a type', async () => {
  const rules = await brokenRules({
    'packages/handlers/src/index.ts': 'export interface H { a: 1 }',
    'packages/queue/src/index.ts':
      "import type { H } from '../../handlers/src/index.ts';\nexport const q: H = { a: 1 };",
  });

  expect(rules).toEqual(['wall-around-queue']);
});

test('an import cycle is found', async () => {
  const rules = await brokenRules({
    'packages/media/src/a.ts': "import { b } from './b.ts';\nexport const a = () => b;",
    'packages/media/src/b.ts': "import { a } from './a.ts';\nexport const b = () => a;",
  });

  expect(rules).toEqual(['no-cycle']);
});

test('a module of Node in the contracts is found', async () => {
  const rules = await brokenRules({
    'packages/contracts/src/index.ts':
      "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;",
  });

  expect(rules).toEqual(['contracts-run-anywhere']);
});

test('a module of Node that the edge part of the api reaches through another package is found', async () => {
  const rules = await brokenRules({
    'apps/api/src/app.ts':
      "import { put } from '../../../packages/storage/src/index.ts';\nexport const app = put;",
    'packages/storage/src/index.ts': "import { open } from 'node:fs/promises';\nexport const put = open;",
  });

  expect(rules).toEqual(['api-runs-on-the-edge']);
});

describe('the heartbeat thread, alone of all that the edge part of the api reaches, may need threads', () => {
  const thread = 'packages/queue/src/heartbeat-thread-host.ts';
  const app = {
    'apps/api/src/app.ts':
      "import { queue } from '../../../packages/queue/src/index.ts';\nexport const app = queue;",
  };
  const threads = "import { Worker } from 'node:worker_threads';\nexport const start = Worker;";
  const later = "export const queue = () => import('./heartbeat-thread-host.ts');";

  test('where it is imported late', async () => {
    const rules = await brokenRules({ ...app, 'packages/queue/src/index.ts': later, [thread]: threads });

    expect(rules).toEqual([]);
  });

  test('and not at once', async () => {
    const atOnce = "import { start } from './heartbeat-thread-host.ts';\nexport const queue = start;";

    const rules = await brokenRules({ ...app, 'packages/queue/src/index.ts': atOnce, [thread]: threads });

    expect(rules).toEqual(['one-door-opened-late']);
  });

  test('and nothing else of Node', async () => {
    const files = "import { open } from 'node:fs/promises';\nexport const start = open;";

    const rules = await brokenRules({ ...app, 'packages/queue/src/index.ts': later, [thread]: files });

    expect(rules).toEqual(['api-runs-on-the-edge']);
  });

  test('and no other file', async () => {
    const rules = await brokenRules({
      ...app,
      'packages/queue/src/index.ts': `${threads}\nexport const queue = start;`,
    });

    expect(rules).toEqual(['threads-behind-one-door']);
  });
});

test('only the in-process worker of the api may reach the handlers', async () => {
  const reach = "import { h } from '../../../../packages/handlers/src/index.ts';\nexport const x = h;";
  const handlers = { 'packages/handlers/src/index.ts': 'export const h = 1;' };

  expect(await brokenRules({ ...handlers, 'apps/api/src/entry/in-process-worker.ts': reach })).toEqual([]);
  expect(await brokenRules({ ...handlers, 'apps/api/src/entry/node.ts': reach })).toEqual([
    'wall-around-api',
  ]);
});
