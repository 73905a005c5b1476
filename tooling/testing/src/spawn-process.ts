import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { waitFor } from './wait-for.ts';

export interface SpawnOptions {
  args?: string[];
  /** Added to this process's environment; undefined takes a variable out. */
  env?: Record<string, string | undefined>;
  /** Default: this process's. */
  cwd?: string;
  /** With an IPC channel, which closes when this process ends. */
  ipc?: boolean;
}

export interface SpawnedProcess {
  pid: number;
  /** All that it has written so far to stdout and stderr, in the order of arrival. */
  output(): string;
  /** Settles when it has ended and all its output is here. */
  exited: Promise<ProcessExit>;
  /** Waits until the output holds `pattern`; throws with the output where it ends before, or is too slow. */
  waitForOutput(pattern: string | RegExp, options?: { timeoutMs?: number }): Promise<void>;
  /** Sends the signal, SIGTERM by default, and waits until the process has ended. */
  kill(signal?: NodeJS.Signals): Promise<ProcessExit>;
}

export interface ProcessExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

const require = createRequire(import.meta.url);
const typescriptLoader = pathToFileURL(require.resolve('tsx')).href;

/**
 * Runs a TypeScript file as a process of its own, on the packages' sources, with its output captured. One that the
 * test has left running is killed when the test's own process ends.
 */
export function spawnProcess(file: string | URL, options: SpawnOptions = {}): SpawnedProcess {
  const { args = [], ...rest } = options;
  const path = file instanceof URL ? fileURLToPath(file) : file;
  return spawnCommand(process.execPath, {
    args: ['--conditions=@orq/source', '--import', typescriptLoader, path, ...args],
    ...rest,
  });
}

/** Runs any program as `spawnProcess` runs TypeScript. @throws where it cannot be started */
export function spawnCommand(program: string, options: SpawnOptions = {}): SpawnedProcess {
  const { args = [], env = {}, cwd, ipc = false } = options;
  const child = spawn(program, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', ipc ? 'ipc' : 'ignore'],
  });
  if (child.pid === undefined) throw new Error(`${program} could not be started`);
  return capture(child, child.pid);
}

function capture(child: ChildProcess, pid: number): SpawnedProcess {
  const chunks: string[] = [];
  const output = (): string => chunks.join('');
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
  }
  const killAtExit = (): boolean => child.kill('SIGKILL');
  process.once('exit', killAtExit);

  let end: ProcessExit | undefined;
  const exited = once(child, 'close').then(() => {
    process.off('exit', killAtExit);
    end = { code: child.exitCode, signal: child.signalCode };
    return end;
  });

  return {
    pid,
    output,
    exited,
    waitForOutput: async (pattern, { timeoutMs = 60_000 } = {}) => {
      const isThere = (): boolean =>
        typeof pattern === 'string' ? output().includes(pattern) : pattern.test(output());
      const found = (): boolean => {
        if (isThere()) return true;
        if (end === undefined) return false;
        throw new Error(
          `Process ${pid} ended ${JSON.stringify(end)} before it wrote ${pattern}:\n${output()}`,
        );
      };
      await waitFor(found, { timeoutMs, describe: () => `process ${pid} wrote ${pattern}:\n${output()}` });
    },
    kill: (signal = 'SIGTERM') => {
      child.kill(signal);
      return exited;
    },
  };
}
