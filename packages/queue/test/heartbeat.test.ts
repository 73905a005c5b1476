import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from '@orq/db';
import { spawnProcess, waitFor } from '@orq/testing';
import postgres from 'postgres';
import { describe, expect, test } from 'vitest';
import { defineHandler } from '../src/index.ts';
import { block } from './support/block.ts';
import { createGate } from './support/gate.ts';
import { recordLog } from './support/recorded-log.ts';
import { openTcpProxy } from './support/tcp-proxy.ts';
import { echo, openTestQueue, runEcho, type TestQueue } from './support/test-queue.ts';

const LEASE_MS = 1_000;
const POLL_INTERVAL_MS = 50;
/** For a machine that has other things to do. */
const SLACK_MS = 10_000;

/** A handler for the job that a process blocks on; what it does is over at once. */
const rescue = defineHandler(block, async () => ({ by: process.pid }));

/** A process that blocks on the one job that there is, and a worker beside it that waits for its lease to run out. */
async function openBlockedProcess(env: Record<string, string> = {}) {
  const t = await openTestQueue();
  const folder = await mkdtemp(path.join(tmpdir(), 'orq-heartbeat-'));
  const untilFile = path.join(folder, 'go on');
  const blocked = spawnProcess(new URL('./processes/blocking-worker.ts', import.meta.url), {
    env: { DATABASE_URL: t.url, LEASE_MS: String(LEASE_MS), ...env },
  });
  await blocked.waitForOutput('working');
  const { id } = await t.queue.enqueue(block, { untilFile });
  await blocked.waitForOutput('blocking');
  await t.worker({ handlers: [rescue], pollIntervalMs: POLL_INTERVAL_MS }).start();
  return {
    ...t,
    blocked,
    /** The job. */
    id,
    goOn: () => writeFile(untilFile, ''),
    async [Symbol.asyncDispose]() {
      await blocked.kill('SIGKILL');
      await rm(folder, { recursive: true });
      await t[Symbol.asyncDispose]();
    },
  };
}

/** The processes of the server that serve the heartbeat threads of a client with this name. */
async function heartbeatBackends(t: TestQueue, client = 'orq'): Promise<number[]> {
  const rows = await t.sql<{ pid: number }[]>`
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = ${`${client} heartbeat`}`;
  return rows.map((row) => row.pid);
}

const untilThreadBeats = (t: TestQueue, client: string, besides: number[] = []) =>
  waitFor(
    async () => {
      const backends = await heartbeatBackends(t, client);
      return backends.length === 1 && !backends.some((pid) => besides.includes(pid));
    },
    { describe: `the heartbeat thread of ${client} is connected` },
  );

describe.concurrent('a handler that blocks the event loop for several leases', () => {
  test('keeps its job, its worker says so, and ends when it is told to', async () => {
    await using t = await openBlockedProcess();

    await waitFor(() => keptFor(t, 'blocking', 3 * LEASE_MS), { describe: 'it was kept for three leases' });
    await t.blocked.waitForOutput(/event loop of worker "blocking" \(process \d+\) has been blocked for/);
    const exited = t.blocked.kill('SIGTERM');
    await t.goOn();

    expect(await exited).toEqual({ code: 0, signal: null });
    expect(await t.queue.get(t.id)).toMatchObject({
      status: 'completed',
      attempt: 1,
      result: { by: t.blocked.pid },
    });
    expect(await t.failedAttempts(t.id)).toEqual([]);
    expect(t.blocked.output()).toMatch(/the event loop was blocked for \d{4,} ms/);
    expect(t.blocked.output()).not.toContain('taken for dead');
  });

  test('loses it where no thread can be had, and its worker has warned of that once', async () => {
    await using t = await openBlockedProcess({ OWN_SOCKETS: 'yes' });

    expect(await t.until(t.id, 'completed')).toMatchObject({ attempt: 2, result: { by: process.pid } });
    await t.goOn();

    await t.blocked.waitForOutput('taken for dead');
    expect(await t.failedAttempts(t.id)).toMatchObject([{ attempt: 1, outcome: 'lost' }]);
    expect(t.blocked.output().match(/no thread of their own/g)).toHaveLength(1);
  });

  test('is rescued within the lease when its process is killed', async () => {
    await using t = await openBlockedProcess();

    const killedAt = performance.now();
    await t.blocked.kill('SIGKILL');

    expect(await t.until(t.id, 'completed')).toMatchObject({ attempt: 2, result: { by: process.pid } });
    expect(performance.now() - killedAt).toBeLessThan(LEASE_MS + POLL_INTERVAL_MS + SLACK_MS);
    await waitFor(async () => (await heartbeatBackends(t, 'blocking')).length === 0, {
      describe: 'its connection is gone',
    });
  });
});

describe('the heartbeat thread', () => {
  test('is gone when the worker has stopped, with its connection', async () => {
    await using t = await openTestQueue();
    const worker = t.worker({ handlers: [runEcho], leaseMs: LEASE_MS });
    await worker.start();
    await untilThreadBeats(t, 'orq');

    await worker.stop();

    await waitFor(async () => (await heartbeatBackends(t)).length === 0, {
      describe: 'no connection is left',
    });
  });

  test('connects again when its connection was ended', async () => {
    await using t = await openTestQueue();
    const { log, lines } = recordLog();
    await t.worker({ handlers: [runEcho], leaseMs: LEASE_MS, log }).start();
    await untilThreadBeats(t, 'orq');
    const before = await heartbeatBackends(t);

    await t.sql`SELECT pg_terminate_backend(pid) FROM unnest(${`{${before.join()}}`}::int[]) AS pid`;

    await untilThreadBeats(t, 'orq', before);
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('is given its password by the function that the client has for it', async () => {
    await using t = await openTestQueue();
    const { password } = new URL(t.url);
    const url = new URL(t.url);
    url.password = '';
    await using client = disposable(
      postgres(url.href, {
        max: 2,
        fetch_types: false,
        pass: async () => decodeURIComponent(password),
        connection: { application_name: 'by function' },
      }),
    );

    await t.worker({ sql: client.sql, handlers: [runEcho], leaseMs: LEASE_MS }).processOne();

    await untilThreadBeats(t, 'by function');
    expect(await heartbeatBackends(t, 'by function')).toHaveLength(1);
  });

  test('is stood in for by the event loop where it is refused a connection', async () => {
    await using t = await openTestQueue();
    await using client = await onlyConnection(t);
    const { log, lines } = recordLog();
    const gate = createGate();
    const hold = defineHandler(echo, async ({ input }) => {
      await gate.pass();
      return input;
    });
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    const processing = t
      .worker({ sql: client.sql, handlers: [hold], leaseMs: LEASE_MS, name: 'refused', log })
      .processOne();
    await gate.reached;
    await t.worker({ handlers: [runEcho], pollIntervalMs: POLL_INTERVAL_MS }).start();

    await waitFor(() => keptFor(t, 'refused', 2 * LEASE_MS), { describe: 'it was kept for two leases' });
    gate.open();

    expect(await processing).toMatchObject({ status: 'completed' });
    expect(await t.queue.get(id)).toMatchObject({ attempt: 1 });
    const stoodIn = lines.filter(({ message }) => message.startsWith('the heartbeat thread had no answer'));
    expect(stoodIn).toMatchObject([{ error: expect.stringContaining('too many connections') }]);
  });
});

/** Whether heartbeats have kept a worker of this name for so long since it was registered. */
async function keptFor(t: TestQueue, name: string, ms: number): Promise<boolean> {
  const { count } = await t.sql`
    SELECT FROM orq.workers
    WHERE name = ${name} AND heartbeat_at - started_at > ${ms} * interval '1 ms'`;
  return count > 0;
}

function disposable(sql: postgres.Sql) {
  return { sql, [Symbol.asyncDispose]: () => sql.end({ timeout: 1 }) };
}

/** A client by a role that the server grants one connection, and no more. */
async function onlyConnection(t: TestQueue) {
  const role = `only_${process.pid}`;
  await t.sql.unsafe(`
    CREATE ROLE ${role} LOGIN PASSWORD 'only' CONNECTION LIMIT 1;
    GRANT USAGE ON SCHEMA orq TO ${role};
    GRANT ALL ON ALL TABLES IN SCHEMA orq TO ${role}`);
  const url = new URL(t.url);
  url.username = role;
  url.password = 'only';
  const sql = connect(url.href, { max: 1 });
  return {
    sql,
    async [Symbol.asyncDispose]() {
      await sql.end({ timeout: 1 });
      await t.sql.unsafe(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    },
  };
}

test('a worker whose own connections let nothing through loses its jobs, though its heartbeats could go on', async () => {
  await using t = await openTestQueue();
  await using proxy = await openTcpProxy(t.url);
  const gate = createGate();
  const wait = defineHandler(echo, async ({ input }) => {
    await gate.pass();
    return input;
  });
  const sql = connect(proxy.url, { max: 1, applicationName: 'stranded' });
  const { log, lines } = recordLog();
  const stranded = t.worker({
    sql,
    handlers: [wait],
    leaseMs: LEASE_MS,
    pollIntervalMs: POLL_INTERVAL_MS,
    log,
  });
  const { id } = await t.queue.enqueue(echo, { text: 'hello' });
  await stranded.start();
  await gate.reached;
  await untilThreadBeats(t, 'stranded');

  proxy.strand();
  await t.worker({ handlers: [runEcho], pollIntervalMs: POLL_INTERVAL_MS }).start();
  await waitFor(async () => (await t.queue.get(id))?.status === 'completed', {
    describe: () => `another worker runs the job; the stranded one says ${JSON.stringify(lines.slice(-3))}`,
    timeoutMs: 40_000,
  });

  expect(await t.failedAttempts(id)).toMatchObject([{ outcome: 'lost' }]);
  expect(stranded.health()).toMatchObject({
    status: 'unhealthy',
    checks: { database: expect.stringContaining('not') },
  });
  proxy.cut();
  gate.open();
  await waitFor(() => stranded.health().status === 'ok', { describe: 'it is well again' });
  await stranded.stop();
  await sql.end();
});
