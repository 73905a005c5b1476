import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { startApp, type AppProcess, type AppSpec } from './app-process.ts';
import { openDatabase, type StackDatabase } from './database.ts';
import { formatLogLine, parseLogLine } from './log-line.ts';
import { reservePort } from './port.ts';
import { repositoryRoot, type StackSettings } from './settings.ts';
import { describeStack, urlOf } from './welcome.ts';

const READY_TIMEOUT_MS = 60_000;
const READY_POLL_MS = 50;
/** What an app may need beside the worker's own bound on the jobs in hand. */
const DRAIN_MARGIN_MS = 10_000;

/**
 * Runs the whole stack until it is asked to stop. A part that ends by itself ends the stack: what it has done is in
 * the database, and a start after that goes on from there.
 *
 * @param running receives the apps that run, for whoever wants to kill them
 * @returns once nothing of it is left
 * @throws where a part does not start, or ends by itself: which, and why
 */
export async function runStack(
  settings: StackSettings,
  request: AbortSignal,
  running: AppProcess[],
): Promise<void> {
  const stopped = once(request, 'abort').then(() => undefined);
  const port = await reservePort(settings.port, settings.host);
  const database = await openDatabase(settings, say);
  try {
    if (request.aborted) return;
    say('Starting the api and the worker');
    const apiUrl = urlOf(settings.host, port);
    const ready = startApps(settings, database.url, port, running);
    const ended = firstEnd(database, running);
    const isUp = Promise.all([ready, untilApiReady(apiUrl, request)]).then(() => true);
    if (await Promise.race([isUp, ended, stopped, tooLate()])) {
      say(describeStack({ settings, apiUrl, port, databaseUrl: database.url }));
    }
    await Promise.race([ended, stopped]);
  } finally {
    say('Stopping, once the jobs in hand have ended. Another Ctrl-C kills them.');
    await Promise.all(running.map((app) => app.drain(settings.workerDrainMs + DRAIN_MARGIN_MS)));
    await database.stop();
    say('Stopped.');
  }
}

/** Settles when the worker says that it is ready. */
function startApps(
  settings: StackSettings,
  databaseUrl: string,
  port: number,
  running: AppProcess[],
): Promise<void> {
  const env = {
    ...process.env,
    NODE_ENV: 'development',
    DATABASE_URL: databaseUrl,
    PORT: String(port),
    ORQ_DATA_DIR: settings.dataDir,
    STORAGE_URL: settings.storageUrl,
    WORKER_HEALTH_PORT: '0',
  };
  const spec = (name: string, entry: string): AppSpec => ({
    name,
    cwd: `${repositoryRoot}/apps/${name}`,
    entry,
    env,
  });
  running.push(startApp(spec('api', 'src/entry/node.ts'), (line) => show('api', line)));
  return new Promise((resolve) => {
    const onLine = (line: string): void => {
      show('worker', line);
      if (parseLogLine(line)?.msg === 'worker ready') resolve();
    };
    running.push(startApp(spec('worker', 'src/main.ts'), onLine));
  });
}

/** Rejects when a part ends, whether or not it was ready. */
async function firstEnd(database: StackDatabase, running: AppProcess[]): Promise<never> {
  const parts = running.map(({ name, exited }) => ({ name: `The ${name}`, exited }));
  if (database.exited !== undefined) parts.push({ name: 'PostgreSQL', exited: database.exited });
  const first = await Promise.race(parts.map(async ({ name, exited }) => `${name} ${await exited}`));
  throw new Error(`${first}\nThe stack ends with it. The data is kept: start it again.`);
}

async function untilApiReady(apiUrl: string, request: AbortSignal): Promise<void> {
  while (!request.aborted) {
    const answer = await fetch(`${apiUrl}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(
      () => undefined,
    );
    await answer?.body?.cancel();
    if (answer?.status === 200) return;
    await sleep(READY_POLL_MS);
  }
}

async function tooLate(): Promise<never> {
  await sleep(READY_TIMEOUT_MS, undefined, { ref: false });
  throw new Error(`The api and the worker were not ready after ${READY_TIMEOUT_MS / 1000} s.`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Made readable at a terminal; to a file or another program as it is. */
function show(app: string, line: string): void {
  say(process.stdout.isTTY ? formatLogLine(app, line) : line);
}
