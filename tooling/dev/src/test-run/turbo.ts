import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * Runs turbo until it ends, with its output on this process's, unless `onOutput` takes it.
 *
 * @param request passed on to turbo as SIGTERM, which stops what it has started
 * @returns its exit code; 1 where a signal ended it
 */
export async function runTurbo(
  args: string[],
  options: {
    cwd: string;
    env: NodeJS.ProcessEnv;
    request: AbortSignal;
    onOutput?: (chunk: Buffer) => void;
  },
): Promise<number> {
  const { onOutput } = options;
  const output = onOutput === undefined ? 'inherit' : 'pipe';
  const turbo = require.resolve('turbo/bin/turbo');
  const child = spawn(process.execPath, [turbo, ...args], {
    cwd: options.cwd,
    env: { ...options.env, TURBO_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', output, output],
  });
  if (onOutput !== undefined) for (const stream of [child.stdout, child.stderr]) stream?.on('data', onOutput);
  const pass = (): boolean => child.kill('SIGTERM');
  options.request.addEventListener('abort', pass);
  await once(child, 'close');
  options.request.removeEventListener('abort', pass);
  return child.exitCode ?? 1;
}
