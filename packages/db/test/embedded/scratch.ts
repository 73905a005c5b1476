import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@orq/db/embedded';
import postgres from 'postgres';
import { onTestFinished } from 'vitest';

/** A data folder for one test. mkdtemp lets only its own user enter: for root, nobody but root. */
export async function scratchDataDir(): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'orq-embedded-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  return path.join(folder, 'data', 'postgres');
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
