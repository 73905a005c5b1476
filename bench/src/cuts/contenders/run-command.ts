import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Lifetime } from '../../lifetime.ts';
import type { CommandLine } from './contender.ts';

export interface Output {
  stdout: string;
  stderr: string;
}

/** Bytes of output that are kept of each stream: a contender that writes more has gone wrong. */
const MOST_OUTPUT = 64 * 2 ** 20;

/**
 * Runs a command without a shell, in a process group of its own, so that what it starts ends with it.
 *
 * @param onStart told its process id
 * @throws {Error} with what it wrote last when it fails, and once this benchmark is interrupted
 */
export async function runCommand(
  { file, args }: CommandLine,
  lifetime: Lifetime,
  onStart?: (pid: number) => void,
): Promise<Output> {
  lifetime.stopping.throwIfAborted();
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const closed = once(child, 'close');
  const disown = lifetime.own(async () => {
    if (child.exitCode === null && child.signalCode === null) endGroup(child.pid);
    await closed.catch(() => undefined);
  });
  const output: Output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      if (output[name].length > MOST_OUTPUT) endGroup(child.pid);
    });
  }
  if (child.pid !== undefined) onStart?.(child.pid);
  try {
    await closed;
  } finally {
    await disown();
  }
  lifetime.stopping.throwIfAborted();
  if (child.exitCode !== 0) {
    const how = child.signalCode ?? `code ${child.exitCode}`;
    throw new Error(`${[file, ...args].join(' ')} ended with ${how}\n${output.stderr.slice(-2000).trim()}`);
  }
  return output;
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
}
