import type { Sql } from '@orq/db';
import { resolveFfmpeg } from '@orq/media';
import { createQueue, createWorker, type Logger, type Worker } from '@orq/queue';
import { parseSettings } from '@orq/settings';
import type { ObjectStore } from '@orq/storage';
import { createRegistry } from './create-registry.ts';

/**
 * The settings of a worker, wherever its loop runs.
 *
 * @throws {SettingsError} with a line for each setting that is wrong
 */
export const readWorkerSettings = (env: Readonly<Record<string, string | undefined>>) =>
  parseSettings(
    [
      'WORKER_POLL_INTERVAL',
      'WORKER_CONCURRENCY',
      'WORKER_QUEUES',
      'WORKER_LEASE',
      'DATABASE_POOLED',
      'MAX_JOB_RETRIES',
      'WORKER_DRAIN_TIMEOUT',
      'FFMPEG_PATH',
      'FFPROBE_PATH',
      'FFMPEG_MAX_MEMORY_BYTES',
    ],
    env,
  );

export type WorkerSettings = ReturnType<typeof readWorkerSettings>;

interface HandlerWorkerDeps {
  sql: Sql;
  storage: ObjectStore;
  log: Logger;
  /** For people: which process this is. */
  name: string;
  version: string;
}

/**
 * A worker that runs every registered handler.
 *
 * @throws when no ffmpeg can be run
 */
export async function createHandlerWorker(
  settings: WorkerSettings,
  deps: HandlerWorkerDeps,
): Promise<Worker> {
  const { sql, storage, log, name, version } = deps;
  const { FFMPEG_PATH, FFPROBE_PATH } = settings;
  const ffmpeg = await resolveFfmpeg({
    env: { PATH: process.env['PATH'], FFMPEG_PATH, FFPROBE_PATH },
    onWarning: (message) => log.warn({}, message),
    maxMemoryBytes: settings.FFMPEG_MAX_MEMORY_BYTES,
  });
  const pollOnly = settings.DATABASE_POOLED;
  const queue = createQueue({ sql, maxRetries: settings.MAX_JOB_RETRIES, pollOnly });
  return createWorker({
    sql,
    handlers: createRegistry({ sql, queue, storage, ffmpeg }),
    concurrency: settings.WORKER_CONCURRENCY,
    queues: settings.WORKER_QUEUES,
    pollIntervalMs: settings.WORKER_POLL_INTERVAL,
    leaseMs: settings.WORKER_LEASE,
    pollOnly,
    log,
    name,
    version,
  });
}
