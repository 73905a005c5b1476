import { existsSync } from 'node:fs';
import { mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chooseAccount } from './account.ts';
import { binariesIn, findBinaries } from './binaries.ts';
import { openCluster, SUPERUSER } from './cluster.ts';
import { findFreePort } from './free-port.ts';
import { makeWay } from './postmaster.ts';
import { startServer, ServerStartError, type Server, type ServerOptions } from './server.ts';

export { describeProcess, type RunningProcess } from './processes.ts';

export interface EmbeddedPostgresOptions {
  /** Where the data lives; made at the first start. */
  dataDir: string;
  /** The TCP port on 127.0.0.1; a free one unless given. */
  port?: number;
  /** Server settings, as in postgresql.conf. With `fsync: 'off'` the first start does not sync its files either. */
  settings?: Record<string, string | number>;
  /** The folder of another PostgreSQL to run, 14 or later, with its bin/, lib/ and share/; unless given, npm's 18. */
  installation?: string;
  /** Receives each line of the server's log. */
  onLog?: (line: string) => void;
}

export interface EmbeddedPostgres {
  port: number;
  pid: number;
  /** The superuser's connection URL to `database` (default `postgres`). */
  url(database?: string): string;
  /** Settles when the server has ended, wanted or not: how it ended, and its last log lines unless that was as asked. */
  exited: Promise<string>;
  /** Disconnects everyone, writes a checkpoint and ends the server. May be called more than once. */
  stop(): Promise<void>;
}

/** How long a start waits for another's remains: a port just taken, a dead server's last processes. */
const CONTENTION_TIMEOUT_MS = 15_000;

/**
 * Starts a PostgreSQL server of its own, 18 unless told otherwise, on `dataDir`, as an ordinary user or as root, and waits until it accepts
 * connections. It listens on 127.0.0.1 alone and asks for a password that is made at the first start and kept in
 * the data folder.
 *
 * The server ends with this process, even when that is killed by SIGKILL; a start after that recovers by itself.
 *
 * @throws where the folder is in use, holds another major version or other files, or the server does not start
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { installation } = options;
  const binaries = installation === undefined ? await findBinaries() : binariesIn(path.resolve(installation));
  const dataDir = await resolveDataDir(options.dataDir);
  const account = chooseAccount(binaries, dataDir, path.dirname(dataDir));
  const settings = options.settings ?? {};
  const password = await openCluster({ dataDir, binaries, account, sync: settings.fsync !== 'off' });

  const onLog = options.onLog ?? (() => undefined);
  const { server, port } = await startDespiteContention(
    { dataDir, settings, binaries, account, onLog },
    options.port,
  );
  let stopping: Promise<void> | undefined;
  return {
    port,
    pid: server.pid,
    url: (database = 'postgres') => `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`,
    exited: server.exited,
    stop: () => (stopping ??= server.stop()),
  };
}

async function startDespiteContention(
  options: Omit<ServerOptions, 'port'>,
  wantedPort: number | undefined,
): Promise<{ server: Server; port: number }> {
  const deadline = performance.now() + CONTENTION_TIMEOUT_MS;
  for (;;) {
    await makeWay(options.dataDir);
    const port = wantedPort ?? (await findFreePort());
    try {
      return { server: await startServer({ ...options, port }), port };
    } catch (error) {
      const passes = error instanceof ServerStartError && willPass(error.log, wantedPort);
      if (!passes || performance.now() > deadline) throw error;
    }
    await sleep(100);
  }
}

/** Whether the reason is one that goes away: the server's messages are in English, since its locale is C. */
function willPass(log: string, wantedPort: number | undefined): boolean {
  if (/pre-existing shared memory block|lock file "postmaster\.pid"/.test(log)) return true;
  return wantedPort === undefined && log.includes('could not bind IPv4 address');
}

/** The real path, since that is how a running server is recognised, and its parent folder made. */
async function resolveDataDir(dataDir: string): Promise<string> {
  const absolute = path.resolve(dataDir);
  if (existsSync(absolute)) return realpath(absolute);
  await mkdir(path.dirname(absolute), { recursive: true });
  return path.join(await realpath(path.dirname(absolute)), path.basename(absolute));
}
