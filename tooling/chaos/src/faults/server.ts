import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@orq/db/embedded';
import pg from 'pg';

/** The server of one run, which can be crashed. */
export interface ChaosServer {
  port: number;
  url(): string;
  /** Immediate shutdown: no checkpoint, no goodbye. It comes back after `downMs` on the same port and data. */
  crash(downMs: number): Promise<void>;
  /** Ends some of the backends that serve clients. @param dice from 0 up to 1 @returns how many */
  terminateBackends(dice: number): Promise<number>;
  stop(): Promise<void>;
}

const INJECTOR = 'chaos injector';
const MOST_TERMINATED = 4;

/** Durable as it comes: fsync and synchronous_commit are on. */
export async function startChaosServer(folder: string): Promise<ChaosServer> {
  await mkdir(folder, { recursive: true });
  const dataDir = path.join(folder, 'postgres');
  const settings = { max_connections: 100 };
  let server: EmbeddedPostgres = await startEmbeddedPostgres({ dataDir, settings });
  const { port } = server;
  /** Crashes wait for each other, and the end waits for them. */
  let restarting: Promise<void> = Promise.resolve();

  async function crashNow(downMs: number): Promise<void> {
    process.kill(server.pid, 'SIGQUIT');
    await server.exited;
    await sleep(downMs);
    server = await startEmbeddedPostgres({ dataDir, settings, port });
  }

  return {
    port,
    url: () => server.url(),
    crash(downMs) {
      restarting = restarting.then(() => crashNow(downMs));
      return restarting;
    },
    async terminateBackends(dice) {
      const client = new pg.Client({ connectionString: server.url(), application_name: INJECTOR });
      client.on('error', () => undefined);
      try {
        await client.connect();
        const { rowCount } = await client.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND application_name <> $1
           ORDER BY md5(pid::text || $2) LIMIT $3`,
          [INJECTOR, String(dice), 1 + Math.floor(dice * MOST_TERMINATED)],
        );
        return rowCount ?? 0;
      } catch {
        // The server is down: it has no backends.
        return 0;
      } finally {
        await client.end().catch(() => undefined);
      }
    },
    async stop() {
      await restarting.catch(() => undefined);
      await server.stop();
    },
  };
}
