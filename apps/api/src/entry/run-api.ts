import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { builtInJobs } from '@orq/contracts';
import { assertMigrated, connect, database } from '@orq/db';
import { createQueue, untilDatabaseAnswers } from '@orq/queue';
import { openStorage } from '@orq/storage/open';
import { pino } from 'pino';
import { createApp } from '../app.ts';
import { readConfig, type Config } from '../config.ts';
import type { AppDeps } from '../deps.ts';
import { readUsableKeys } from '../keys/key-table.ts';
import type { InProcessWorker } from './in-process-worker.ts';
import { remoteAddressBehind } from './remote-address.ts';
import { type Listen, listenError } from './server.ts';
import { sweepStorage } from './sweep.ts';
import { createFinish, finishWholeUploads } from './tus/finish.ts';
import { createTusHandler } from './tus/tus-handler.ts';
import { noKeys, whoMayCall } from './who-may-call.ts';

/** How long running requests may go on after the signal to end, in ms. */
const REQUEST_DRAIN_MS = 10_000;
const SWEEP_INTERVAL_MS = 3_600_000;

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

function createLog(level: Config['LOG_LEVEL']) {
  return pino({
    level,
    base: { app: 'api' },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });
}

/** Loads the handlers and what they need, ffmpeg for one: not every api process works jobs. */
async function loadWorker(
  databaseUrl: string,
  deps: Pick<AppDeps, 'storage' | 'log'>,
): Promise<InProcessWorker> {
  const { createInProcessWorker } = await import('./in-process-worker.ts');
  const name = `${hostname()}:${process.pid}`;
  return createInProcessWorker(process.env, databaseUrl, { ...deps, name, version });
}

/** Fails when the worker in this process is not well. */
async function assertWell(worker: InProcessWorker): Promise<void> {
  const { status, checks } = worker.health();
  if (status !== 'ok') throw new Error(JSON.stringify(checks));
}

/** The api's process: configuration -> dependencies -> serve -> drain when told to end. */
async function run(listen: Listen): Promise<void> {
  const config = readConfig(process.env);
  const log = createLog(config.LOG_LEVEL);
  const storage = openStorage(
    config.STORAGE_URL ?? pathToFileURL(resolve(config.ORQ_DATA_DIR, 'storage')).href,
    { accessKeyId: config.AWS_ACCESS_KEY_ID, secretAccessKey: config.AWS_SECRET_ACCESS_KEY },
  );
  const pooled = config.DATABASE_POOLED;
  const client = { applicationName: 'orq api', pooled };
  const sql = connect(config.DATABASE_URL, client);
  // drizzle rewrites the parsers of its client, so it gets one of its own.
  const readSql = connect(config.DATABASE_URL, { ...client, max: 5 });
  const queue = createQueue({ sql, maxRetries: config.MAX_JOB_RETRIES, pollOnly: pooled });

  let worker: Promise<InProcessWorker> | undefined;
  const workerHere = () => (worker ??= loadWorker(config.DATABASE_URL, { storage, log }));
  const looping = config.WORKER_ENABLED ? await workerHere() : undefined;

  const shutdown = new AbortController();
  const openTo = whoMayCall(config);
  const db = database(readSql);
  const corsOrigins = config.CORS_ORIGINS;
  const limits = { maxBytes: config.MAX_UPLOAD_BYTES, stallTimeoutMs: config.UPLOAD_STALL_TIMEOUT };
  const uploads = { sql, db, queue, storage, log };
  const finish = createFinish(uploads);
  const app = createApp({
    sql,
    db,
    queue,
    contracts: builtInJobs,
    corsOrigins,
    stopping: shutdown.signal,
    storage,
    log,
    openTo,
    rateLimits: { perKey: config.RATE_LIMIT_PER_KEY, perAddress: config.RATE_LIMIT_PER_ADDRESS },
    remoteAddress: remoteAddressBehind(config.TRUSTED_PROXIES),
    limits,
    tus: createTusHandler(uploads, finish, { limits, corsOrigins }),
    checks: {
      database: () => assertMigrated(sql),
      storage: () => storage.check(),
      ...(looping && { worker: () => assertWell(looping) }),
    },
    ...(config.development && { processOne: async () => (await workerHere()).processOne() }),
  });
  const server = await listen(app, config.HOST, config.PORT, log).catch((error: unknown) => {
    throw listenError(error, config.HOST, config.PORT);
  });
  log.info({ url: server.url }, 'api listening');

  const stop = async (reason: string) => {
    log.info({ reason }, 'api stopping');
    shutdown.abort();
    await Promise.all([server.drain(REQUEST_DRAIN_MS), worker?.then((loaded) => loaded.stop())]);
    await queue.close();
    await Promise.all([sql.end({ timeout: 5 }), readSql.end({ timeout: 5 })]);
    log.info({}, 'api stopped');
    process.exit(0);
  };
  const stopOnce = (reason: string) => void (shutdown.signal.aborted || stop(reason));
  process.on('SIGTERM', stopOnce);
  process.on('SIGINT', stopOnce);
  // Started by a parent over IPC: when the parent is gone, nobody is left to stop this process.
  process.once('disconnect', () => stopOnce('the parent process is gone'));
  if (process.channel === null) stopOnce('the parent process is gone');

  try {
    await untilDatabaseAnswers(() => assertMigrated(sql), log, shutdown.signal);
    if (openTo === 'nobody' && !(await readUsableKeys(sql)).everMade) throw noKeys(config.HOST);
    await looping?.start();
  } catch (error) {
    if (shutdown.signal.aborted) return;
    throw error;
  }
  log.info({ worker: looping !== undefined }, 'api ready');
  const sweep = async () => {
    try {
      await finishWholeUploads(uploads, finish);
      await sweepStorage({ sql, queue, storage, log });
    } catch (error) {
      if (!shutdown.signal.aborted) log.warn({ err: error }, 'storage was not swept');
    }
  };
  setInterval(sweep, SWEEP_INTERVAL_MS).unref();
  await sweep();
}

/** Runs the api until it is told to end, on any runtime that has processes. @param listen how this one serves HTTP */
export function runApi(listen: Listen): void {
  run(listen).catch((error: unknown) => {
    // Without the stack: at this point it is the configuration or the machine, not the code.
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  });
}
