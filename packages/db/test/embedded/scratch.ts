import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@orq/db/embedded';
import postgres from 'postgres';
import { inject, onTestFinished } from 'vitest';
import type {} from './global-setup.ts';

const run = promisify(execFile);

/** A data folder for one test. mkdtemp lets only its own user enter: for root, nobody but root. */
export async function scratchDataDir(): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'orq-embedded-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  return path.join(folder, 'data', 'postgres');
}

/** As `scratchDataDir`, of a start that is not the first: a copy of what that leaves takes a tenth of its time. */
export async function usedDataDir(): Promise<string> {
  const dataDir = await scratchDataDir();
  await mkdir(path.dirname(dataDir));
  await run('cp', ['-a', inject('usedDataDir'), dataDir]);
  return dataDir;
}

/** A server that ends with the test. */
export async function start(dataDir: string, port?: number): Promise<EmbeddedPostgres> {
  const options = { dataDir, settings: { fsync: 'off' }, ...(port === undefined ? {} : { port }) };
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
