import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseSettings } from '@orq/settings';

/** What the stack is told by its environment. */
export interface StackSettings {
  /** Undefined where the stack brings a PostgreSQL of its own. */
  databaseUrl: string | undefined;
  /** 0 for any free one. */
  port: number;
  host: string;
  /** Absolute: where the embedded database and the stored files are. */
  dataDir: string;
  storageUrl: string;
  workerDrainMs: number;
}

export const repositoryRoot = fileURLToPath(new URL('../../../../', import.meta.url));

/**
 * Reads the settings. A relative ORQ_DATA_DIR is taken from the repository's root, wherever the command was given.
 *
 * @throws {SettingsError} with a line for each setting that makes no sense
 */
export function readSettings(env: NodeJS.ProcessEnv): StackSettings {
  const { PORT, HOST, ORQ_DATA_DIR, STORAGE_URL, WORKER_DRAIN_TIMEOUT } = parseSettings(
    ['PORT', 'HOST', 'ORQ_DATA_DIR', 'STORAGE_URL', 'WORKER_DRAIN_TIMEOUT'],
    env,
  );
  const dataDir = path.resolve(repositoryRoot, ORQ_DATA_DIR);
  return {
    databaseUrl: env.DATABASE_URL ? parseSettings(['DATABASE_URL'], env).DATABASE_URL : undefined,
    port: PORT,
    host: HOST,
    dataDir,
    storageUrl: STORAGE_URL ?? pathToFileURL(path.join(dataDir, 'storage')).href,
    workerDrainMs: WORKER_DRAIN_TIMEOUT,
  };
}
