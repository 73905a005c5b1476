import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeProcess } from './processes.ts';

/** How long a fast shutdown (which writes a checkpoint) may take before the server is stopped harder. */
const FAST_SHUTDOWN_MS = 10_000;
const IMMEDIATE_SHUTDOWN_MS = 5_000;
const POLL_MS = 20;

/**
 * The server's arguments. The name of the cluster carries the pid of the process that owns the server, where the next
 * start, and everyone who looks at `ps`, can read it.
 */
export function postmasterArguments(dataDir: string, settings: Record<string, string | number>): string[] {
  const named = { cluster_name: `orq-${process.pid}`, ...settings };
  return ['-D', dataDir, ...Object.entries(named).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/**
 * Makes way for a new server on `dataDir`: stops one whose owner was killed, and marks as stale a lock file that was
 * left by a dead server and names a pid that now belongs to another program.
 *
 * @throws where a server is running there that has an owner, with that owner's pid
 */
export async function makeWay(dataDir: string): Promise<void> {
  const pid = readLockFile(dataDir)?.pid;
  if (pid === undefined) return;
  const postmaster = describePostmaster(pid, dataDir);
  if (postmaster === undefined) return markStale(dataDir, pid);
  if (postmaster.owner === undefined || postmaster.owner === postmaster.parentPid) {
    throw new Error(
      `The database in ${dataDir} is in use by process ${postmaster.owner ?? pid}. ` +
        'Stop that one first, or set ORQ_DATA_DIR to another folder.',
    );
  }
  const isRunning = (): boolean => describePostmaster(pid, dataDir) !== undefined;
  await stopPostmaster((signal) => isRunning() && process.kill(pid, signal), isRunning);
}

/**
 * Stops a server, at once if it must: SIGINT (fast), then SIGQUIT (immediate, recovered at the next start), and
 * SIGKILL as the last resort.
 */
export async function stopPostmaster(
  kill: (signal: NodeJS.Signals) => void,
  isRunning: () => boolean,
): Promise<void> {
  const steps = [
    ['SIGINT', FAST_SHUTDOWN_MS],
    ['SIGQUIT', IMMEDIATE_SHUTDOWN_MS],
    ['SIGKILL', IMMEDIATE_SHUTDOWN_MS],
  ] as const;
  for (const [signal, boundMs] of steps) {
    kill(signal);
    const deadline = performance.now() + boundMs;
    while (isRunning() && performance.now() < deadline) await sleep(POLL_MS);
    if (!isRunning()) return;
  }
}

/** Whether the server `pid` says, in the lock file of its data, that it accepts connections. */
export function isReady(dataDir: string, pid: number): boolean {
  const lock = readLockFile(dataDir);
  return lock?.pid === pid && lock.status === 'ready';
}

interface Postmaster {
  parentPid: number;
  /** The pid of the process that started it; undefined where that was not orq. */
  owner: number | undefined;
}

function describePostmaster(pid: number, dataDir: string): Postmaster | undefined {
  const found = describeProcess(pid);
  if (found === undefined || !found.command.includes(`-D ${dataDir} `)) return undefined;
  const owner = /cluster_name=orq-(\d+)/.exec(found.command)?.[1];
  return { parentPid: found.parentPid, owner: owner === undefined ? undefined : Number(owner) };
}

/** The lines of postmaster.pid that matter, as of PostgreSQL 10: the first is the pid, the eighth the status. */
function readLockFile(dataDir: string): { pid: number; status: string | undefined } | undefined {
  try {
    const lines = readFileSync(lockFile(dataDir), 'utf8').split('\n');
    const pid = Number(lines[0]);
    return Number.isSafeInteger(pid) && pid > 0 ? { pid, status: lines[7]?.trim() } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The server refuses to start while the pid in its lock file is anyone's. A lock with its own parent's pid counts as
 * stale. Removing the file instead would also take the server's check for live remains of the dead one.
 */
function markStale(dataDir: string, pid: number): void {
  const content = readFileSync(lockFile(dataDir), 'utf8');
  if (!content.startsWith(`${pid}\n`)) return;
  writeFileSync(lockFile(dataDir), content.replace(/^\d+/, String(process.pid)));
}

function lockFile(dataDir: string): string {
  return path.join(dataDir, 'postmaster.pid');
}
