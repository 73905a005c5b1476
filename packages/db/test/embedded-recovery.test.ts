import { spawnSync } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findProcesses, startOwner } from './embedded/processes.ts';
import { ask, scratchDataDir, start, usedDataDir } from './embedded/scratch.ts';

test('ends with an owner that is killed, and starts again with the data', async () => {
  const dataDir = await usedDataDir();
  const owner = await startOwner(dataDir);
  await ask(owner.server.url, 'CREATE TABLE kept AS SELECT 42 AS answer');

  await owner.kill();

  await expect.poll(() => findProcesses(dataDir), { timeout: 30_000 }).toEqual([]);
  const { url } = await start(dataDir);
  await expect(ask(url(), 'SELECT answer FROM kept')).resolves.toBe(42);
});

test('starts at once after the owner was killed, while its server is still there', async () => {
  const dataDir = await usedDataDir();
  const owner = await startOwner(dataDir);
  await ask(owner.server.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await owner.kill();

  const { url } = await start(dataDir);

  await expect(ask(url(), 'SELECT answer FROM kept')).resolves.toBe(42);
});

test('takes over from a server that lost both its owner and its watchdog', async () => {
  const dataDir = await usedDataDir();
  const owner = await startOwner(dataDir);
  await ask(owner.server.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  const watchdogs = findProcesses(`orq-watchdog ${owner.server.pid} `);
  for (const pid of watchdogs) process.kill(pid, 'SIGKILL');
  await owner.kill();
  expect(watchdogs).toHaveLength(1);
  expect(findProcesses(dataDir)).toEqual([owner.server.pid]);

  const { pid, url } = await start(dataDir);

  await expect(ask(url(), 'SELECT answer FROM kept')).resolves.toBe(42);
  expect(findProcesses(`-D ${dataDir} `)).toEqual([pid]);
});

test('tells its owner when the server is killed, and recovers what was committed', async () => {
  const dataDir = await usedDataDir();
  const first = await start(dataDir);
  await ask(first.url(), 'CREATE TABLE kept AS SELECT 42 AS answer');

  process.kill(first.pid, 'SIGKILL');

  await expect(first.exited).resolves.toMatch(/^ended by SIGKILL\n.*ready to accept connections/s);
  const { url } = await start(dataDir);
  await expect(ask(url(), 'SELECT answer FROM kept')).resolves.toBe(42);
});

test('is not stopped by a lock file whose pid now belongs to another program', async () => {
  const dataDir = await usedDataDir();
  const other = await start(await usedDataDir());
  const lock = [other.pid, dataDir, 1_700_000_000, 5432, '', '127.0.0.1', '', 'ready', ''].join('\n');
  await writeFile(path.join(dataDir, 'postmaster.pid'), lock);

  const { url } = await start(dataDir);

  await expect(ask(url(), 'SELECT 1')).resolves.toBe(1);
});

test('removes what a killed first start has left, and makes the database anew', async () => {
  const dataDir = await scratchDataDir();
  const { pid: deadPid } = spawnSync(process.execPath, ['--version']);
  await mkdir(path.join(`${dataDir}.initdb-${deadPid}-0123abcd`, 'data', 'base'), { recursive: true });

  const { url } = await start(dataDir);

  await expect(ask(url(), 'SELECT 1')).resolves.toBe(1);
  await expect(readdir(path.dirname(dataDir))).resolves.toEqual(['postgres']);
});
