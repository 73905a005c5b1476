import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { TestedPackage } from './packages.ts';

export interface RunOptions {
  /** How many run at once. */
  concurrency: number;
  env: NodeJS.ProcessEnv;
  /** Ends those that run, and begins no more. */
  request: AbortSignal;
  /** Added to what vitest is told. */
  args?: readonly string[];
  /** Given all that a package's run has written, once it has ended. Default: writes it. */
  onOutput?: (output: string) => void;
}

/**
 * Runs vitest in each package, the next as soon as one has ended.
 *
 * @param packages in the order in which they begin
 * @returns whether all ended well
 */
export async function runPackages(packages: readonly TestedPackage[], options: RunOptions): Promise<boolean> {
  const waiting = [...packages];
  const isWell: boolean[] = [];
  async function work(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (options.request.aborted) return;
      isWell.push(await runPackage(next, options));
    }
  }
  await Promise.all(Array.from({ length: options.concurrency }, work));
  return isWell.length === packages.length && isWell.every(Boolean);
}

async function runPackage(
  { name, folder }: TestedPackage,
  { env, request, args = [], onOutput = (output) => void process.stdout.write(output) }: RunOptions,
): Promise<boolean> {
  const startedAt = performance.now();
  const vitest = path.join(folder, 'node_modules', 'vitest', 'vitest.mjs');
  const child = spawn(process.execPath, [vitest, 'run', ...args], {
    cwd: folder,
    env,
    // A group of its own, so that vitest's workers, and what their tests have started, end with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`vitest could not be started in ${folder}`);
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk));
  const end = (): void => {
    // Its output may come to an end after itself: then there is no such group any more.
    if (child.exitCode === null && child.signalCode === null) process.kill(-pid, 'SIGTERM');
  };
  request.addEventListener('abort', end);
  await once(child, 'close');
  request.removeEventListener('abort', end);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  onOutput(`\n${name}, ${seconds} s\n${Buffer.concat(output).toString()}`);
  return child.exitCode === 0;
}
