import { builtInJobs } from '@orq/contracts';
import { assertMigrated, connect, database } from '@orq/db';
import { createQueue } from '@orq/queue';
import { openStorage } from '@orq/storage/open';
import { Hono } from 'hono';
import { createApp } from '../app.ts';
import { type Environment, readConfig } from '../config.ts';
import type { Api, ApiEnv } from '../api-env.ts';
import { onError } from '../on-error.ts';
import { ProblemError } from '../problem.ts';
import { standardHeaders } from '../standard-headers.ts';
import { jsonLog } from './json-log.ts';

/** What is used of the runtime's own types. */
interface ExecutionContext {
  waitUntil(work: Promise<unknown>): void;
}

/** An app for one request, and what ends all that it has opened. */
interface OpenApp {
  app: Api;
  close(): Promise<unknown>;
}

/** Connections of one request: one for what it waits for, one that listens, one beside. */
const CONNECTIONS = 3;

/**
 * The api on workerd, and so on Cloudflare Workers. What one request has opened is closed to all others there: so each
 * has an app and connections of its own, which end with its answer.
 */
export default {
  async fetch(request: Request, env: Environment, context: ExecutionContext): Promise<Response> {
    const { app, close } = open(env);
    try {
      return closeAfter(await app.fetch(request), () => context.waitUntil(close()));
    } catch (error) {
      context.waitUntil(close());
      throw error;
    }
  },
};

function open(env: Environment): OpenApp {
  try {
    return openConfigured(env);
  } catch (error) {
    return { app: misconfigured(error), close: () => Promise.resolve() };
  }
}

function openConfigured(env: Environment): OpenApp {
  const config = readConfig(env);
  if (config.WORKER_ENABLED) throw new Error('WORKER_ENABLED: this runtime works no jobs; run apps/worker');
  if (!config.STORAGE_URL?.startsWith('s3:')) {
    throw new Error(
      'STORAGE_URL: this runtime has no disk; set one that begins with s3:, see docs/runtimes.md',
    );
  }
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = config;
  const storage = openStorage(config.STORAGE_URL, { accessKeyId, secretAccessKey });
  const pooled = config.DATABASE_POOLED;
  const client = { applicationName: 'orq api', pooled, max: CONNECTIONS };
  const sql = connect(config.DATABASE_URL, client);
  const readSql = connect(config.DATABASE_URL, client);
  const queue = createQueue({ sql, maxRetries: config.MAX_JOB_RETRIES, pollOnly: pooled });
  const app = createApp({
    sql,
    db: database(readSql),
    queue,
    contracts: builtInJobs,
    corsOrigins: config.CORS_ORIGINS,
    storage,
    log: jsonLog(config.LOG_LEVEL, { app: 'api' }),
    openTo: config.ORQ_UNSAFE_OPEN_API ? 'everyone' : 'nobody',
    limits: { maxBytes: config.MAX_UPLOAD_BYTES, stallTimeoutMs: config.UPLOAD_STALL_TIMEOUT },
    checks: { database: () => assertMigrated(sql), storage: () => storage.check() },
  });
  const close = async () => {
    await queue.close();
    await Promise.all([sql.end({ timeout: 5 }), readSql.end({ timeout: 5 })]);
  };
  return { app, close };
}

/** There is no start that could fail here: so each request does, and the log says why. */
function misconfigured(error: unknown): Api {
  const log = jsonLog('info', { app: 'api' });
  log.error({ error: error instanceof Error ? error.message : String(error) }, 'the settings are wrong');
  const app = new Hono<ApiEnv>();
  app.use(standardHeaders);
  app.onError(onError(log));
  return app.all('*', () => {
    throw new ProblemError('unavailable', 'The settings of this api are wrong; its log says which');
  });
}

/** @param close called once the last byte of the answer is sent, or its reader has gone */
function closeAfter(response: Response, close: () => void): Response {
  if (!response.body) {
    close();
    return response;
  }
  const { readable, writable } = new TransformStream();
  void response.body.pipeTo(writable).then(close, close);
  return new Response(readable, response);
}
