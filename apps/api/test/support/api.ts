import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtInJobs } from '@orq/contracts';
import { connect, database, type Sql } from '@orq/db';
import { createQueue, type Logger } from '@orq/queue';
import { DiskStore } from '@orq/storage/disk';
import { borrowTestDatabase } from '@orq/testing';
import { onTestFinished } from 'vitest';
import { createApp } from '../../src/app.ts';
import type { AppDeps } from '../../src/deps.ts';
import { listenOnNode } from '../../src/entry/node-server.ts';
import { createFinish } from '../../src/entry/tus/finish.ts';
import { createTusHandler } from '../../src/entry/tus/tus-handler.ts';

interface LogLine {
  level: string;
  bindings: Record<string, unknown>;
  message: string;
}

/** Keeps what is logged. */
function recordingLog(lines: LogLine[]): Logger {
  const at = (level: string) => (bindings: object, message: string) =>
    void lines.push({ level, bindings: { ...bindings }, message });
  const log: Logger = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => log,
  };
  return log;
}

export interface TestApi {
  url: string;
  port: number;
  sql: Sql;
  deps: AppDeps;
  log: LogLine[];
  /** Every file that storage holds, finished or not, by its path. */
  storedFiles(): Promise<string[]>;
  countRows(): Promise<{ videos: number; jobs: number; keys: number }>;
}

/** A directory that is removed after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'orq-api-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Every file below a folder; none where there is no such folder. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

export interface TestApiOptions extends Partial<Omit<AppDeps, 'limits'>> {
  limits?: Partial<AppDeps['limits']>;
  /** Where the api finds the database, when not where the test does. */
  through?: (databaseUrl: string) => Promise<string>;
  /** Whether the test leaves the tables themselves changed. */
  spoils?: boolean;
}

/** The api over real sockets, on a database and a folder of its own. All ends with the test. */
export async function startApi({
  limits,
  through,
  spoils = false,
  ...overrides
}: TestApiOptions = {}): Promise<TestApi> {
  const folder = await temporaryFolder();
  const testDatabase = await borrowTestDatabase();
  const apiUrl = (await through?.(testDatabase.url)) ?? testDatabase.url;
  const sql = connect(testDatabase.url);
  const apiSql = connect(apiUrl);
  const readSql = connect(apiUrl);
  const log: LogLine[] = [];
  const storage = new DiskStore(folder);
  const deps: AppDeps = {
    sql: apiSql,
    db: database(readSql),
    queue: createQueue({ sql: apiSql }),
    contracts: builtInJobs,
    storage,
    log: recordingLog(log),
    openTo: 'loopback',
    limits: { maxBytes: 10_000_000, stallTimeoutMs: 10_000, ...limits },
    checks: { database: () => apiSql`SELECT 1`, storage: () => storage.check() },
    ...overrides,
  };
  const { corsOrigins = [] } = deps;
  const tus = createTusHandler(deps, createFinish(deps), { limits: deps.limits, corsOrigins });
  const server = await listenOnNode(createApp({ tus, ...deps }), '127.0.0.1', 0, deps.log);
  onTestFinished(async () => {
    await server.drain(0);
    await deps.queue.close();
    await Promise.all([apiSql, readSql].map((client) => client.end({ timeout: 1 })));
    await testDatabase.giveBack(sql, { isSpoilt: spoils });
  });
  return {
    url: server.url,
    port: Number(new URL(server.url).port),
    sql,
    deps,
    log,
    storedFiles: () => filesBelow(folder),
    async countRows() {
      const [row] = await sql<{ videos: number; jobs: number; keys: number }[]>`
        SELECT (SELECT count(*)::int FROM orq.video_assets) AS videos, (SELECT count(*)::int FROM orq.jobs) AS jobs,
          (SELECT count(*)::int FROM orq.idempotency_keys) AS keys`;
      return row ?? { videos: -1, jobs: -1, keys: -1 };
    },
  };
}
