import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '@orq/db/embedded';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** A data folder in which a server was started for the first time, and stopped. */
    usedDataDir: string;
  }
}

export default async function startForTheFirstTime(project: TestProject): Promise<() => Promise<void>> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'orq-embedded-')));
  const dataDir = path.join(folder, 'postgres');
  const server = await startEmbeddedPostgres({ dataDir, settings: { fsync: 'off' } });
  await server.stop();
  project.provide('usedDataDir', dataDir);
  return () => rm(folder, { recursive: true, force: true });
}
