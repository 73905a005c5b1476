import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@orq/db/embedded';
import postgres from 'postgres';
import { afterAll, onTestFinished } from 'vitest';

const run = promisify(execFile);
const settings = { fsync: 'off' };

const makeFolder = async (): Promise<string> => realpath(await mkdtemp(path.join(tmpdir(), 'orq-embedded-')));
const remove = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });

/** A data folder for one test. mkdtemp lets only its own user enter: for root, nobody but root. */
export async function scratchDataDir(): Promise<string> {
  const folder = await makeFolder();
  onTestFinished(() => remove(folder));
  return path.join(folder, 'data', 'postgres');
}

let first: Promise<string> | undefined;
afterAll(async () => first && remove(await first));

/** Where a server was started for the first time, and stopped. */
async function startForTheFirstTime(): Promise<string> {
  const folder = await makeFolder();
  await (await startEmbeddedPostgres({ dataDir: path.join(folder, 'postgres'), settings })).stop();
  return folder;
}

/** As `scratchDataDir`, of a start that is not the first: a copy of what that leaves takes a tenth of the time. */
export async function usedDataDir(): Promise<string> {
  const dataDir = await scratchDataDir();
  await mkdir(path.dirname(dataDir));
  await run('cp', ['-a', path.join(await (first ??= startForTheFirstTime()), 'postgres'), dataDir]);
  return dataDir;
}

/** A server that ends with the test. */
export async function start(dataDir: string, port?: number): Promise<EmbeddedPostgres> {
  const options = { dataDir, settings, ...(port === undefined ? {} : { port }) };
  const server = await startEmbeddedPostgres(options);
  onTestFinished(() => server.stop());
  return server;
}

/** The first column of the first row. */
export async function ask(url: string, query: string): Promise<unknown> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    const [row] = await sql.unsafe(query).values();
    return row?.[0];
  } finally {
    await sql.end();
  }
}
