import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, connect as dial } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbeddedPostgres } from '@orq/db/embedded';
import { treeCpuMs } from './process-tree.ts';
import type { Lifetime } from './lifetime.ts';

export interface RunningServer {
  /** For PostgreSQL that of a database, with the right to make others. */
  url: string;
  /** CPU time of all its processes so far, in ms; NaN where that cannot be told. */
  cpuMs(): number;
}

/** The server of DATABASE_URL, or an embedded one. */
export async function openPostgres(lifetime: Lifetime): Promise<RunningServer> {
  const given = process.env['DATABASE_URL'];
  if (given) return { url: given, cpuMs: () => NaN };
  const folder = await temporaryFolder(lifetime);
  const server = await startEmbeddedPostgres({ dataDir: path.join(folder, 'postgres') });
  lifetime.own(() => server.stop());
  return { url: server.url(), cpuMs: () => treeCpuMs(server.pid) };
}

/** Removed at the end. */
export async function temporaryFolder(lifetime: Lifetime): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'orq-bench-'));
  lifetime.own(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Ends its server when its input ends: also when this process is killed. */
const REDIS_UNDER_WATCH = 'redis-server "$@" & server=$!; read -r _; kill "$server"; wait "$server"';
const REDIS_START_MS = 5_000;

/** A Redis server that keeps all in memory; null where there is no redis-server on PATH. */
export async function startRedis(lifetime: Lifetime): Promise<RunningServer | null> {
  if (!(await isInstalled('redis-server'))) return null;
  const [folder, port] = [await temporaryFolder(lifetime), await freePort()];
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  const shell = spawn(
    '/bin/sh',
    ['-c', REDIS_UNDER_WATCH, 'redis', ...settings, '--appendonly', 'no', '--maxmemory-policy', 'noeviction'],
    { detached: true, stdio: ['pipe', 'ignore', 'ignore'] },
  );
  const exited = once(shell, 'exit');
  lifetime.own(async () => {
    shell.stdin.end();
    await exited;
  });
  const deadline = performance.now() + REDIS_START_MS;
  while (!(await answers(port))) {
    if (performance.now() > deadline) throw new Error('redis-server does not answer');
    await sleep(20);
  }
  return { url: `redis://127.0.0.1:${port}`, cpuMs: () => treeCpuMs(shell.pid ?? 0) };
}

async function isInstalled(file: string): Promise<boolean> {
  const child = spawn(file, ['--version'], { stdio: 'ignore' });
  return new Promise((resolve) => {
    child.on('error', () => resolve(false));
    child.on('exit', (code) => resolve(code === 0));
  });
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('There is no free port');
  return address.port;
}

async function answers(port: number): Promise<boolean> {
  const socket = dial(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
