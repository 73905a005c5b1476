import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { createTestDatabase } from '@orq/testing';
import { expect, test } from 'vitest';
import { descendantsOf, stillRunning } from './support/processes.ts';
import { ask, scratchDataDir, spawnStack, startStack } from './support/stack.ts';

const GONE = { timeout: 30_000 };

test('Ctrl-C leaves no process, and the next start has the data', async () => {
  const dataDir = await scratchDataDir();
  const first = await startStack(dataDir);
  await ask(first.databaseUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
  const started = descendantsOf(first.process.pid);

  const exit = await first.process.kill('SIGINT');

  expect(exit).toEqual({ code: 0, signal: null });
  expect(started.filter(({ command }) => /node\.ts|main\.ts|postgres -D/.test(command))).toHaveLength(3);
  expect(stillRunning(started)).toEqual([]);
  const second = await startStack(dataDir);
  await expect(ask(second.databaseUrl, 'SELECT answer FROM kept')).resolves.toBe(42);
});

test('SIGKILL leaves no process either, and a start at once has the data', async () => {
  const dataDir = await scratchDataDir();
  const first = await startStack(dataDir);
  await ask(first.databaseUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
  const started = descendantsOf(first.process.pid);
  await first.process.kill('SIGKILL');

  const second = await startStack(dataDir);

  await expect(ask(second.databaseUrl, 'SELECT answer FROM kept')).resolves.toBe(42);
  await expect.poll(() => stillRunning(started), GONE).toEqual([]);
});

test('two stacks run side by side, one of them on a server of its own', async () => {
  const [dataDir, otherDataDir, database] = await Promise.all([
    scratchDataDir(),
    scratchDataDir(),
    createTestDatabase(),
  ]);

  const [embedded, given] = await Promise.all([
    startStack(dataDir),
    startStack(otherDataDir, { DATABASE_URL: database.url }),
  ]);

  const answers = await Promise.all([embedded, given].map(({ apiUrl }) => fetch(`${apiUrl}/readyz`)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect(embedded.apiUrl).not.toBe(given.apiUrl);
  await expect(ask(database.url, 'SELECT count(*)::int FROM orq.workers')).resolves.toBe(1);
  expect(existsSync(path.join(otherDataDir, 'postgres'))).toBe(false);
});

test('a worker that dies ends the stack, which says so', async () => {
  const { process: stack } = await startStack(await scratchDataDir());
  const started = descendantsOf(stack.pid);
  const workers = started.filter(({ command }) => command.endsWith('src/main.ts'));

  for (const { pid } of workers) process.kill(pid, 'SIGKILL');

  await expect(stack.exited).resolves.toEqual({ code: 1, signal: null });
  expect(stack.output()).toContain('The worker was killed by SIGKILL');
  expect(stillRunning(started)).toEqual([]);
});

test('a port in use is one line that names PORT, before anything is started', async () => {
  const occupant = createServer().listen(0, '127.0.0.1');
  await once(occupant, 'listening');
  const address = occupant.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const dataDir = await scratchDataDir();

  const stack = spawnStack({ PORT: String(port), ORQ_DATA_DIR: dataDir });

  await expect(stack.exited).resolves.toEqual({ code: 1, signal: null });
  expect(stack.output()).toMatch(
    new RegExp(`^PORT ${port} is in use by another program: choose another one, as in PORT=\\d+ .*dev\n$`),
  );
  expect(existsSync(path.join(dataDir, 'postgres'))).toBe(false);
  occupant.close();
});

test('a setting that makes no sense is a line that names it', async () => {
  const stack = spawnStack({ PORT: 'http' });

  await expect(stack.exited).resolves.toEqual({ code: 1, signal: null });
  expect(stack.output()).toMatch(/^PORT takes .*, not "http"\n$/);
});

test('a database that can not be reached is one line that names DATABASE_URL without its password', async () => {
  const databaseUrl = 'postgres://someone:secret@127.0.0.1:1/orq';

  const stack = spawnStack({ PORT: '0', DATABASE_URL: databaseUrl, ORQ_DATA_DIR: await scratchDataDir() });

  await expect(stack.exited).resolves.toEqual({ code: 1, signal: null });
  expect(stack.output()).toMatch(
    /127\.0\.0\.1:1\/orq that DATABASE_URL names can not be used: .*ECONNREFUSED/,
  );
  expect(stack.output()).not.toContain('secret');
});
