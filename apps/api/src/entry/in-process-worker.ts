import { connect } from '@orq/db';
import { createHandlerWorker, readWorkerSettings, surviveStrayErrors } from '@orq/handlers';
import type { Worker } from '@orq/queue';
import type { Environment } from '../config.ts';

/** The loop of apps/worker inside the api's process, on connections of its own. */
export interface InProcessWorker extends Pick<Worker, 'start' | 'processOne' | 'health'> {
  /** Lets running jobs end, hands back those that do not, and closes the connections. */
  stop(): Promise<void>;
}

/**
 * The one place where the api meets the handlers: it is loaded only where this process runs jobs.
 *
 * @throws {SettingsError} when a setting of the worker is wrong; and when no ffmpeg can be run
 */
export async function createInProcessWorker(
  env: Environment,
  databaseUrl: string,
  deps: Omit<Parameters<typeof createHandlerWorker>[1], 'sql'>,
): Promise<InProcessWorker> {
  const settings = readWorkerSettings(env);
  const sql = connect(databaseUrl, {
    max: settings.WORKER_CONCURRENCY + 3,
    applicationName: 'orq api worker',
    pooled: settings.DATABASE_POOLED,
  });
  surviveStrayErrors(deps.log);
  const worker = await createHandlerWorker(settings, { ...deps, sql });
  return {
    start: worker.start,
    processOne: worker.processOne,
    health: worker.health,
    async stop() {
      await worker.stop({ drainMs: settings.WORKER_DRAIN_TIMEOUT });
      await sql.end({ timeout: 5 });
    },
  };
}
