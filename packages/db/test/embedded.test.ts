import { createServer } from 'node:net';
import { once } from 'node:events';
import { mkdir, stat, writeFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findProcesses } from './embedded/processes.ts';
import { ask, scratchDataDir, start, usedDataDir } from './embedded/scratch.ts';

test('leaves no process and no draft, and keeps the data for the second start, with the same password', async () => {
  const dataDir = await scratchDataDir();
  const first = await start(dataDir);
  await ask(first.url(), 'CREATE TABLE kept AS SELECT 42 AS answer');
  await first.stop();
  expect(findProcesses(dataDir)).toEqual([]);
  await expect(readdir(path.dirname(dataDir))).resolves.toEqual(['postgres']);

  const second = await start(dataDir);

  await expect(ask(second.url(), 'SELECT answer FROM kept')).resolves.toBe(42);
  expect(new URL(second.url()).password).toBe(new URL(first.url()).password);
});

test('is PostgreSQL 18 in UTF-8 and UTC, sorted by code point, whatever the locale here', async () => {
  const { url } = await start(await usedDataDir());

  await expect(ask(url(), 'SHOW server_version_num')).resolves.toMatch(/^18/);
  await expect(ask(url(), 'SHOW server_encoding')).resolves.toBe('UTF8');
  await expect(ask(url(), 'SHOW timezone')).resolves.toBe('UTC');
  await expect(
    ask(url(), `SELECT string_agg(c, '' ORDER BY c) FROM unnest('{ä,b,B,a}'::text[]) c`),
  ).resolves.toBe('Babä');
  await expect(ask(url(), `SELECT lower('ÄÖ')`)).resolves.toBe('äö');
});

test('runs in a folder that only its user may enter, root included, and never as root', async () => {
  const dataDir = await scratchDataDir();

  const { url } = await start(dataDir);

  const [scratch, data] = await Promise.all([stat(path.resolve(dataDir, '../..')), stat(dataDir)]);
  expect(scratch).toMatchObject({ uid: process.getuid?.() });
  expect(scratch.mode & 0o777).toBe(0o700);
  expect(data.uid === process.getuid?.()).toBe(process.getuid?.() !== 0);
  await expect(ask(url(), 'SHOW data_directory')).resolves.toBe(dataDir);
});

test('listens on the loopback address alone, and asks for the password', async () => {
  const server = await start(await usedDataDir());
  const url = new URL(server.url());
  url.password = 'guess';

  await expect(ask(server.url(), 'SHOW listen_addresses')).resolves.toBe('127.0.0.1');
  await expect(ask(server.url(), 'SHOW unix_socket_directories')).resolves.toBe('');
  await expect(ask(url.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
});

test('runs two servers side by side on folders of their own', async () => {
  const [one, other] = await Promise.all([start(await usedDataDir()), start(await usedDataDir())]);

  await ask(one.url(), 'CREATE TABLE only_here ()');

  expect(one.port).not.toBe(other.port);
  await expect(ask(other.url(), `SELECT to_regclass('only_here')`)).resolves.toBeNull();
});

test('refuses a folder in use by one line that names ORQ_DATA_DIR and the owner', async () => {
  const dataDir = await usedDataDir();
  const first = await start(dataDir);

  const second = start(dataDir);

  await expect(second).rejects.toThrow(
    `The database in ${dataDir} is in use by process ${process.pid}. ` +
      'Stop that one first, or set ORQ_DATA_DIR to another folder.',
  );
  await expect(ask(first.url(), 'SELECT 1')).resolves.toBe(1);
});

test('lets one of two first starts at once have the folder', async () => {
  const dataDir = await scratchDataDir();

  const starts = await Promise.allSettled([start(dataDir), start(dataDir)]);

  expect(starts.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(starts.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { message: expect.stringContaining('is in use by process') },
  });
});

test('shows the log of the server where the wanted port is taken', async () => {
  const occupant = createServer().listen(0, '127.0.0.1');
  await once(occupant, 'listening');
  const address = occupant.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;

  await expect(start(await usedDataDir(), port)).rejects.toThrow('Address already in use');

  occupant.close();
});

test('says which major versions do not fit', async () => {
  const dataDir = await usedDataDir();
  await writeFile(path.join(dataDir, 'PG_VERSION'), '14\n');

  await expect(start(dataDir)).rejects.toThrow(
    /written by PostgreSQL 14.*brings PostgreSQL 18.*ORQ_DATA_DIR/,
  );
});

test('leaves alone a folder with files of someone else', async () => {
  const dataDir = await scratchDataDir();
  await mkdir(dataDir, { recursive: true });
  await writeFile(path.join(dataDir, 'thesis.tex'), 'mine');

  await expect(start(dataDir)).rejects.toThrow(/no database that orq has made.*ORQ_DATA_DIR/);

  await expect(readdir(dataDir)).resolves.toEqual(['thesis.tex']);
});
