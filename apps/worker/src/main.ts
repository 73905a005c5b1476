import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { assertMigrated, connect } from '@orq/db/client';
import { createHandlerWorker, surviveStrayErrors } from '@orq/handlers';
import { untilDatabaseAnswers } from '@orq/queue';
import { openStorage } from '@orq/storage/open';
import { pino } from 'pino';
import { type Config, readConfig } from './config.ts';
import { serveHealth } from './health-server.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

function createLog(level: Config['LOG_LEVEL']) {
  return pino({
    level,
    base: { app: 'worker' },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });
}

/** The worker process: configuration -> worker over the registry -> health endpoint -> drain when told to end. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog(config.LOG_LEVEL);
  const storage = openStorage(
    config.STORAGE_URL ?? pathToFileURL(resolve(config.ORQ_DATA_DIR, 'storage')).href,
    { accessKeyId: config.AWS_ACCESS_KEY_ID, secretAccessKey: config.AWS_SECRET_ACCESS_KEY },
  );
  const sql = connect(config.DATABASE_URL, {
    max: config.worker.WORKER_CONCURRENCY + 3,
    applicationName: 'orq worker',
    pooled: config.worker.DATABASE_POOLED,
  });

  await untilDatabaseAnswers(() => assertMigrated(sql), log);
  const worker = await createHandlerWorker(config.worker, {
    sql,
    storage,
    log,
    name: `${hostname()}:${process.pid}`,
    version,
  });
  const health = await serveHealth(config.HOST, config.WORKER_HEALTH_PORT, worker.health);
  log.info({ url: `http://${config.HOST}:${health.port}/healthz` }, 'health endpoint listening');

  const stop = async (reason: string) => {
    log.info({ reason }, 'worker stopping');
    await worker.stop({ drainMs: config.worker.WORKER_DRAIN_TIMEOUT });
    health.close();
    await sql.end({ timeout: 5 });
    log.info({}, 'worker stopped');
    process.exit(0);
  };
  let stopping: Promise<void> | undefined;
  const stopOnce = (reason: string) => void (stopping ??= stop(reason));
  process.on('SIGTERM', stopOnce);
  process.on('SIGINT', stopOnce);
  // Started by a parent over IPC: when the parent is gone, nobody is left to stop this process.
  process.once('disconnect', () => stopOnce('the parent process is gone'));

  surviveStrayErrors(log);
  await worker.start();
  log.info(
    { concurrency: config.worker.WORKER_CONCURRENCY, queues: config.worker.WORKER_QUEUES },
    'worker ready',
  );
}

main().catch((error: unknown) => {
  console.error(oneLine(error));
  process.exit(1);
});

/** What went wrong, without the stack: at this point it is the configuration or the machine, not the code. */
function oneLine(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return 'The port of the health endpoint is in use: set WORKER_HEALTH_PORT to another, or to 0 for any free one';
  }
  return error instanceof Error ? error.message : String(error);
}
