import { Readable } from 'node:stream';
import { execFile, fork, type ChildProcess } from 'node:child_process';
import { request } from 'node:http';
import { promisify } from 'node:util';
import { createTestDatabase, spawnProcess, type SpawnOptions, type SpawnedProcess } from '@orq/testing';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from './api.ts';

const entry = new URL('../../src/entry/node.ts', import.meta.url);

/** Every setting that the machine of whoever runs the tests may have in its environment, taken out. */
const NO_SETTINGS = {
  PORT: '0',
  HOST: undefined,
  CORS_ORIGINS: undefined,
  ORQ_UNSAFE_OPEN_API: undefined,
  RATE_LIMIT_PER_KEY: undefined,
  RATE_LIMIT_PER_ADDRESS: undefined,
  TRUSTED_PROXIES: undefined,
  STORAGE_URL: undefined,
  ORQ_DATA_DIR: undefined,
  MAX_UPLOAD_BYTES: undefined,
  UPLOAD_STALL_TIMEOUT: undefined,
  MAX_JOB_RETRIES: undefined,
  WORKER_ENABLED: undefined,
  NODE_ENV: undefined,
  LOG_LEVEL: undefined,
};

export interface ApiProcess extends SpawnedProcess {
  url: string;
}

/** Runs the Node entry as it is run for real. It does not have to start. */
export function spawnApi(env: SpawnOptions['env'], options: Omit<SpawnOptions, 'env'> = {}): SpawnedProcess {
  const child = spawnProcess(entry, { ...options, env: { ...NO_SETTINGS, ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Runs the Node entry with an IPC channel, as the development stack does. */
export function forkApi(env: SpawnOptions['env']): ChildProcess {
  const child = fork(fileURLToPath(entry), {
    execArgv: ['--conditions=@orq/source', '--import', 'tsx'],
    env: { ...process.env, ...NO_SETTINGS, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Where an api process finds its database and storage, both of its own. */
export async function ownSettings(): Promise<{ env: Record<string, string>; folder: string }> {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const folder = await temporaryFolder();
  return { env: { DATABASE_URL: database.url, STORAGE_URL: pathToFileURL(folder).href }, folder };
}

/** Runs the Node entry, and waits until it says that it is ready. */
export async function startApiProcess(
  env: SpawnOptions['env'],
  options?: Omit<SpawnOptions, 'env'>,
): Promise<ApiProcess> {
  const child = spawnApi(env, options);
  await child.waitForOutput('"api ready"');
  const [, url = ''] = /"url":"(http[^"]+)"/.exec(child.output()) ?? [];
  return { ...child, url };
}

/** The memory that a process holds now, in bytes. */
export async function residentBytes(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout) * 1024;
}

const BOUNDARY = 'test-boundary';
const HEAD = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="large.mp4"\r\n\r\n`;

/** Uploads `bytes` that are made on the way: this process holds none of them for long. @returns the answer's status */
export function uploadBytes(url: string, bytes: number): Promise<number | undefined> {
  const chunk = Buffer.alloc(64 * 1024, 'video');
  function* body() {
    yield HEAD;
    for (let left = bytes; left > 0; left -= chunk.length) yield chunk.subarray(0, left);
    yield `\r\n--${BOUNDARY}--\r\n`;
  }
  return new Promise((resolve, reject) => {
    const client = request(`${url}/upload`, {
      method: 'POST',
      headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    });
    client.on('error', reject).on('response', (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
    Readable.from(body()).pipe(client);
  });
}
