import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ORQ_WORKER_FLAGS } from '../contenders/launch-flags.ts';
import type { Lifetime } from '../lifetime.ts';

const main = fileURLToPath(new URL('../../../../apps/worker/dist/main.js', import.meta.url));

export interface PinnedWorker {
  /** Tells it to end, and waits for that. */
  stop(): Promise<void>;
}

/** A worker process of one slot, as it is deployed, on one core: its ffmpeg has no other. Resolves once it is ready. */
export async function startPinnedWorker(
  core: number,
  { databaseUrl, storageFolder }: { databaseUrl: string; storageFolder: string },
  lifetime: Lifetime,
): Promise<PinnedWorker> {
  const child = spawn('taskset', ['--cpu-list', String(core), process.execPath, ...ORQ_WORKER_FLAGS, main], {
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      STORAGE_URL: pathToFileURL(storageFolder).href,
      WORKER_CONCURRENCY: '1',
      WORKER_HEALTH_PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  const end = (signal: NodeJS.Signals) => async () => {
    child.kill(signal);
    if (child.exitCode === null && child.signalCode === null) await ended;
  };
  const kill = lifetime.own(end('SIGKILL'));
  let said = '';
  const lines = createInterface({ input: child.stdout });
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk) => (said += String(chunk)));
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`A worker ended before it was ready:\n${said}`)));
    lines.on('line', (line) => {
      said += `${line}\n`;
      if (line.includes('"worker ready"')) resolve();
      if (line.includes('"level":"error"')) process.stderr.write(`${line}\n`);
    });
  });
  return {
    async stop() {
      await end('SIGTERM')();
      await kill();
    },
  };
}
