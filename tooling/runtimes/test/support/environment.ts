import { connect, type Sql } from '@orq/db';
import { createTestDatabase, spawnCommand, type SpawnedProcess } from '@orq/testing';
import { type S3Server, startS3Server } from '@orq/testing/s3-server';
import type { Command } from '../../src/runtimes.ts';

/** A database and a bucket, and the processes that share them. */
export interface Environment extends AsyncDisposable {
  sql: Sql;
  s3: S3Server;
  /** What tells a process of both. */
  settings: Record<string, string>;
  /** Starts a program with these settings, and perhaps others. */
  start(command: Command, others?: Record<string, string>): SpawnedProcess;
}

/** Settings that the machine of whoever runs the tests may have in its environment, taken out. */
const NO_SETTINGS = {
  HOST: undefined,
  ORQ_DATA_DIR: undefined,
  WORKER_QUEUES: undefined,
  WORKER_ENABLED: undefined,
  DATABASE_POOLED: undefined,
  CORS_ORIGINS: undefined,
  ORQ_UNSAFE_OPEN_API: undefined,
  RATE_LIMIT_PER_KEY: undefined,
  RATE_LIMIT_PER_ADDRESS: undefined,
  TRUSTED_PROXIES: undefined,
  MAX_UPLOAD_BYTES: undefined,
  UPLOAD_STALL_TIMEOUT: undefined,
  MAX_JOB_RETRIES: undefined,
  LOG_LEVEL: undefined,
  NODE_ENV: undefined,
};

export async function openEnvironment(): Promise<Environment> {
  const database = await createTestDatabase();
  const s3 = await startS3Server();
  const sql = connect(database.url, { max: 5 });
  const running: SpawnedProcess[] = [];
  const settings = {
    DATABASE_URL: database.url,
    STORAGE_URL: s3.storageUrl,
    AWS_ACCESS_KEY_ID: s3.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
  };
  return {
    sql,
    s3,
    settings,
    start({ program, args }, others = {}) {
      const env = { ...NO_SETTINGS, ...settings, PORT: '0', WORKER_HEALTH_PORT: '0', ...others };
      const child = spawnCommand(program, { args: [...args], env });
      running.push(child);
      return child;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(running.map((child) => child.kill('SIGKILL')));
      await sql.end({ timeout: 1 });
      await s3.stop();
      await database.drop();
    },
  };
}

/** Where an api's process says that it listens, once it does. */
export async function addressOf(api: SpawnedProcess): Promise<string> {
  await api.waitForOutput('"api ready"');
  return /"url":"(http[^"]+)"/.exec(api.output())?.[1] ?? '';
}
