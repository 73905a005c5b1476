import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerAccount } from './account.ts';
import type { Binaries } from './binaries.ts';
import { serverEnvironment } from './environment.ts';
import { isReady, postmasterArguments, stopPostmaster } from './postmaster.ts';
import { watch } from './watchdog.ts';

const KEPT_LOG_LINES = 20;
/** Long enough for the recovery after a crash in the middle of heavy writing. */
const READY_TIMEOUT_MS = 120_000;
const LAST_LINES_MS = 500;

export interface ServerOptions {
  dataDir: string;
  port: number;
  settings: Record<string, string | number>;
  binaries: Binaries;
  account: ServerAccount;
  onLog: (line: string) => void;
}

/** One run of the server. */
export interface Server {
  pid: number;
  /** Settles when it has ended: how it ended, and its last log lines unless that was as asked. */
  exited: Promise<string>;
  stop(): Promise<void>;
}

/** Why a server that was just started has ended; the log is the only place that says it. */
export class ServerStartError extends Error {
  override name = 'ServerStartError';
  readonly log: string;

  constructor(log: string) {
    super(`The embedded PostgreSQL did not start: ${log}`);
    this.log = log;
  }
}

/**
 * Starts the server on an existing cluster and waits until it accepts connections on 127.0.0.1.
 *
 * @throws {ServerStartError} where it ends before that
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { dataDir } = options;
  const child = spawnPostmaster(options);
  const log = keepLastLines(child, options.onLog);
  const pid = await pidOf(child);
  const releaseWatchdog = watch(pid, dataDir);
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;

  const closed = once(child, 'close');
  const exited = once(child, 'exit').then(async ([code, signal]: unknown[]) => {
    await Promise.all([releaseWatchdog(), Promise.race([closed, sleep(LAST_LINES_MS)])]);
    if (code === 0) return 'stopped as asked';
    return `ended ${signal === null ? `with code ${code}` : `by ${signal}`}${formatLog(log)}`;
  });
  const stop = async (): Promise<void> => {
    await stopPostmaster((signal) => child.kill(signal), isRunning);
    await exited;
  };

  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (!isReady(dataDir, pid)) {
    if (!isRunning()) throw new ServerStartError(await exited);
    if (performance.now() > deadline) {
      await stop();
      throw new ServerStartError(`not ready after ${READY_TIMEOUT_MS / 1000} s${formatLog(log)}`);
    }
    await sleep(10);
  }
  return { pid, exited, stop };
}

function spawnPostmaster({ dataDir, port, settings, binaries, account }: ServerOptions): ChildProcess {
  const { file, args, ids } = account.command(
    binaries.postgres,
    postmasterArguments(dataDir, {
      listen_addresses: '127.0.0.1',
      port,
      unix_socket_directories: '',
      timezone: 'UTC',
      log_timezone: 'UTC',
      ...settings,
    }),
  );
  return spawn(file, args, {
    ...ids,
    cwd: '/',
    env: serverEnvironment,
    // A session of its own: Ctrl-C in the terminal must not stop it under those who still write to it.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

async function pidOf(child: ChildProcess): Promise<number> {
  if (child.pid === undefined) await once(child, 'spawn');
  if (child.pid === undefined) throw new ServerStartError('it has no process id');
  return child.pid;
}

function keepLastLines(child: ChildProcess, onLog: (line: string) => void): string[] {
  const lines: string[] = [];
  if (child.stderr === null) return lines;
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line);
    if (lines.length > KEPT_LOG_LINES) lines.shift();
    onLog(line);
  });
  return lines;
}

function formatLog(lines: string[]): string {
  return lines.length === 0 ? '' : `\n  ${lines.join('\n  ')}`;
}
