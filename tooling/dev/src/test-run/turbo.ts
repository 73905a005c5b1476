import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * Runs turbo, with its output on this process's, until it ends.
 *
 * @param request passed on to turbo as SIGTERM, which stops what it has started
 * @returns its exit code; 1 where a signal ended it
 */
export async function runTurbo(
  args: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; request: AbortSignal },
): Promise<number> {
  const turbo = require.resolve('turbo/bin/turbo');
  const child = spawn(process.execPath, [turbo, ...args], {
    cwd: options.cwd,
    env: { ...options.env, TURBO_TELEMETRY_DISABLED: '1' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const pass = (): boolean => child.kill('SIGTERM');
  options.request.addEventListener('abort', pass);
  await once(child, 'exit');
  options.request.removeEventListener('abort', pass);
  return child.exitCode ?? 1;
}
