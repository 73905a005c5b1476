import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lifetime } from '../lifetime.ts';
import { freePort } from '../servers.ts';
import type { ApiContender } from './contenders.ts';

export interface ApiServer {
  url: string;
  stop(): Promise<void>;
}

const START_MS = 30_000;

/** Starts a contender on a database. Resolves once it answers. */
export async function startServer(
  { name, file }: ApiContender,
  { databaseUrl, storageUrl }: { databaseUrl: string; storageUrl: string },
  lifetime: Lifetime,
): Promise<ApiServer> {
  const port = await freePort();
  const child = spawn(process.execPath, [file], {
    env: {
      ...process.env,
      NODE_ENV: 'production',
      DATABASE_URL: databaseUrl,
      STORAGE_URL: storageUrl,
      PORT: String(port),
      LOG_LEVEL: 'warn',
      RATE_LIMIT_PER_ADDRESS: '0',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  const ended = once(child, 'exit');
  const isGone = () => child.exitCode !== null || child.signalCode !== null;
  const stop = lifetime.own(async () => {
    child.kill('SIGKILL');
    if (!isGone()) await ended;
  });
  const url = `http://127.0.0.1:${port}`;
  for (const until = performance.now() + START_MS; !(await answers(url)); await sleep(50)) {
    if (isGone()) throw new Error(`${name} ended before it was ready:\n${said}`);
    if (performance.now() > until) throw new Error(`${name} does not answer:\n${said}`);
  }
  return { url, stop };
}

/** Those that have no such route are ready at once. */
const answers = (url: string) =>
  fetch(`${url}/readyz`).then(
    ({ status }) => status !== 503,
    () => false,
  );
