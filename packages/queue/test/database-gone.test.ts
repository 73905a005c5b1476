import type { Sql, TransactionSql } from '@orq/db';
import { waitFor } from '@orq/testing';
import postgres from 'postgres';
import { describe, expect, test } from 'vitest';
import { defineHandler } from '../src/index.ts';
import { createGate } from './support/gate.ts';
import { recordLog } from './support/recorded-log.ts';
import { openTcpProxy } from './support/tcp-proxy.ts';
import { echo, openTestQueue, runEcho, type TestQueue } from './support/test-queue.ts';
import { untilLocked } from './support/until-locked.ts';

const VICTIM = 'orq victim';
/** For a machine that has other things to do. */
const SLACK_MS = 10_000;

/** A queue, and a client of it whose way to the database can be disturbed. */
async function openDisturbedQueue() {
  const t = await openTestQueue();
  const proxy = await openTcpProxy(t.url);
  // Without `fetch_types`: postgres.js 3.4 lets nobody catch the failure of that query.
  const options = { max: 4, fetch_types: false, connection: { application_name: VICTIM } };
  const sql = postgres(proxy.url, { ...options, onnotice: () => undefined });
  await t.sql`CREATE TABLE public.effects (text text)`;
  return {
    ...t,
    proxy,
    /** The client behind the proxy; `sql` goes there directly. */
    disturbed: sql,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await t[Symbol.asyncDispose]();
      await sql.end({ timeout: 0 });
    },
  };
}

const writeText = defineHandler(echo, async ({ input, commit }) => {
  commit((tx) => tx`INSERT INTO public.effects VALUES (${input.text})`);
  return input;
});

describe('while someone ends all its connections, again and again, a worker', () => {
  test('completes every job, with each effect once and no attempt lost', async () => {
    await using t = await openDisturbedQueue();
    const texts = Array.from({ length: 200 }, (_, n) => String(n).padStart(3, '0'));
    await t.queue.enqueueMany(
      echo,
      texts.map((text) => ({ text })),
    );
    const slowly = defineHandler(echo, async ({ input, commit }) => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      commit((tx) => tx`INSERT INTO public.effects VALUES (${input.text})`);
      commit((tx) => tx`SELECT pg_sleep(0.01)`);
      return input;
    });

    await t.worker({ sql: t.disturbed, handlers: [slowly], concurrency: 4, pollIntervalMs: 200 }).start();
    let ended = 0;
    for (let open = texts.length; open > 50;) {
      ended += await endConnections(t.sql);
      const back = async () => (await endConnections(t.sql)) > 0;
      await waitFor(back, { describe: 'it connects again, and is cut off once more' });
      const enough = open - 8;
      const goesOn = async () => (open = await openJobs(t)) <= enough;
      await waitFor(goesOn, { describe: 'it goes on' });
    }
    await waitFor(async () => (await openJobs(t)) === 0, { describe: 'all jobs ran' });

    expect(ended).toBeGreaterThan(20);
    const effects = await t.sql<{ text: string }[]>`SELECT text FROM public.effects ORDER BY text`;
    expect(effects.map(({ text }) => text)).toEqual(texts);
    expect(await t.sql`SELECT error FROM orq.job_attempts`).toEqual([]);
  });

  test('still hears the rings afterwards', async () => {
    await using t = await openDisturbedQueue();
    await t.worker({ sql: t.disturbed, handlers: [runEcho], pollIntervalMs: 60_000 }).start();
    for (let n = 1; n <= 3; n++) {
      const before = await waitFor(() => listener(t), { describe: 'the worker listens' });
      await endConnections(t.sql);
      const listensAgain = async () => ![undefined, before].includes(await listener(t));
      await waitFor(listensAgain, { describe: 'it listens on another connection' });
    }

    const { id } = await t.queue.enqueue(echo, { text: 'hello' });

    await t.until(id, 'completed');
  });
});

test('an effect whose connection ends while it does something else is written once, by its second run', async () => {
  await using t = await openDisturbedQueue();
  const outcomes: string[] = [];
  const interrupted = defineHandler(echo, async ({ input, commit }) => {
    commit(async (tx) => {
      await tx`INSERT INTO public.effects VALUES (${input.text})`;
      if (outcomes.length === 0) {
        await endConnections(t.sql);
        await waitFor(async () => (await t.disturbed`SELECT 1`.catch(() => [])).length > 0, {
          describe: 'reconnected',
        });
      }
      try {
        await tx`INSERT INTO public.effects VALUES (${`more of ${input.text}`})`;
        outcomes.push('written');
      } catch (error) {
        outcomes.push(String(error));
        throw error;
      }
    });
    return input;
  });
  const { id } = await t.queue.enqueue(echo, { text: 'one' });

  await t.worker({ sql: t.disturbed, handlers: [interrupted] }).start();

  expect(await t.until(id, 'completed')).toMatchObject({ attempt: 1 });
  expect(outcomes).toEqual([expect.stringContaining('connection has closed'), 'written']);
  const effects = await t.sql`SELECT text FROM public.effects ORDER BY text`;
  expect(effects.map((row) => row['text'])).toEqual(['more of one', 'one']);
});

test('an effect that says nothing of the end of its connection is written once all the same', async () => {
  await using t = await openDisturbedQueue();
  let runs = 0;
  const silent = defineHandler(echo, async ({ input, commit }) => {
    commit(async (tx) => {
      runs += 1;
      await tx`INSERT INTO public.effects VALUES (${input.text})`;
      if (runs === 1) await tx`SELECT pg_terminate_backend(pg_backend_pid())`.catch(() => undefined);
    });
    return input;
  });
  const { id } = await t.queue.enqueue(echo, { text: 'hello' });

  await t.worker({ sql: t.disturbed, handlers: [silent] }).start();

  expect(await t.until(id, 'completed')).toMatchObject({ attempt: 1 });
  expect(await t.sql`SELECT FROM public.effects`).toHaveLength(1);
  expect(runs).toBe(2);
});

describe.concurrent('a worker whose database is gone', () => {
  test('says so, and goes on by itself once it is back', async () => {
    await using t = await openDisturbedQueue();
    const worker = t.worker({ sql: t.disturbed, handlers: [writeText], pollIntervalMs: 50 });
    await worker.start();
    expect(worker.health()).toEqual({ status: 'ok', checks: { loop: 'ok', database: 'ok', slots: 'ok' } });

    await t.proxy.refuse();
    await waitFor(() => worker.health().status === 'unhealthy', { describe: 'it is unhealthy' });
    expect(worker.health().checks['database']).toMatch(/does not answer since \d+ s/);
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    await t.proxy.accept();

    await t.until(id, 'completed');
    await waitFor(() => worker.health().status === 'ok', { describe: 'it is well again' });
    await waitFor(() => listener(t), { describe: 'it listens again' });
  });

  test('says so as well when the connections stand but nothing comes through', async () => {
    await using t = await openDisturbedQueue();
    const worker = t.worker({ sql: t.disturbed, handlers: [runEcho], leaseMs: 600, pollIntervalMs: 60_000 });
    await worker.start();

    t.proxy.freeze();
    await waitFor(() => worker.health().status === 'unhealthy', { describe: 'it is unhealthy' });
    t.proxy.thaw();

    await waitFor(() => worker.health().status === 'ok', { describe: 'it is well again' });
  });

  test('settles the job that has ended meanwhile, without running it again', async () => {
    await using t = await openDisturbedQueue();
    const gate = createGate();
    let runs = 0;
    const once = defineHandler(echo, async ({ input, commit }) => {
      runs += 1;
      commit((tx) => tx`INSERT INTO public.effects VALUES (${input.text})`);
      await gate.pass();
      return input;
    });
    const { log, lines } = recordLog();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    await t.worker({ sql: t.disturbed, handlers: [once], log }).start();
    await gate.reached;

    await t.proxy.refuse();
    gate.open();
    await waitFor(() => lines.some((line) => line.message.startsWith('the database does not answer')), {
      describe: 'it tries to settle',
    });
    await t.proxy.accept();

    expect(await t.until(id, 'completed')).toMatchObject({ attempt: 1 });
    expect(runs).toBe(1);
    expect(await t.sql`SELECT FROM public.effects`).toHaveLength(1);
  });

  test('sees that a completion whose answer was lost was its own', async () => {
    await using t = await openDisturbedQueue();
    const { log, lines } = recordLog();
    const gate = createGate();
    const wait = defineHandler(echo, async ({ input }) => {
      await gate.pass();
      return input;
    });
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    await t.worker({ sql: t.disturbed, handlers: [wait], log }).start();
    await gate.reached;
    const lock = await holdLock(t, (tx) => tx`SELECT FROM orq.jobs WHERE id = ${id} FOR UPDATE`);

    gate.open();
    await lock.untilWaiting();
    t.proxy.cut();
    await lock.release();

    const ended = () => lines.find((line) => line['job_id'] === id && 'duration_ms' in line);
    await waitFor(ended, { describe: 'the worker has settled it' });
    expect(ended()).toMatchObject({ level: 'info', message: 'job completed' });
    expect(lines).toContainEqual(expect.objectContaining({ failures: 1, level: 'warn' }));
  });

  test('runs the jobs of a claim that was cut off, whether or not it came about', async () => {
    await using t = await openDisturbedQueue();
    await t.worker({ sql: t.disturbed, handlers: [writeText], pollIntervalMs: 60_000 }).start();
    await waitFor(() => listener(t), { describe: 'it listens' });
    const lock = await holdLock(t, (tx) => tx`LOCK TABLE orq.claims IN SHARE MODE`);

    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    await lock.untilWaiting();
    t.proxy.cut();
    await lock.release();

    expect(await t.until(id, 'completed')).toMatchObject({ attempt: 1 });
    expect(await t.failedAttempts(id)).toEqual([]);
    expect(await t.sql`SELECT FROM public.effects`).toHaveLength(1);
  });

  test('waits for it at the start, and until it is stopped', async () => {
    await using t = await openDisturbedQueue();
    await t.proxy.refuse();
    const early = t.worker({ sql: t.disturbed, handlers: [runEcho] });
    const given = t.worker({ sql: t.disturbed, handlers: [runEcho] });
    const starting = [early.start(), given.start()];

    await given.stop();
    await starting[1];
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    await t.proxy.accept();
    await starting[0];

    await t.until(id, 'completed');
    expect(await t.sql`SELECT FROM orq.workers`).toHaveLength(1);
  });

  test.each([
    ['refuses', 'refuse'],
    ['is silent', 'freeze'],
  ] as const)('stops all the same, when that %s, and leaves the job to the lease', async (_, how) => {
    await using t = await openDisturbedQueue();
    const gate = createGate();
    const wait = defineHandler(echo, async ({ input }) => {
      await gate.pass();
      return input;
    });
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    const worker = t.worker({ sql: t.disturbed, handlers: [wait], leaseMs: 500, pollIntervalMs: 50 });
    await worker.start();
    await gate.reached;

    await t.proxy[how]();
    gate.open();
    const before = performance.now();
    await worker.stop({ drainMs: 100 });

    expect(performance.now() - before).toBeLessThan(100 + 1_000 + 2_000 + 3_000 + SLACK_MS);
    await t.worker({ handlers: [runEcho], pollIntervalMs: 50 }).start();
    expect(await t.until(id, 'completed')).toMatchObject({ attempt: 2 });
  });
});

async function openJobs(t: TestQueue): Promise<number> {
  const [row] = await t.sql<
    { open: number }[]
  >`SELECT count(*)::int AS open FROM orq.jobs WHERE state = 'open'`;
  return row?.open ?? 0;
}

/** @returns how many there were */
async function endConnections(sql: Sql): Promise<number> {
  const rows = await sql`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = ${VICTIM}`;
  return rows.length;
}

/** The process of the server that listens for the worker. */
async function listener(t: TestQueue): Promise<number | undefined> {
  const [row] = await t.sql<{ pid: number }[]>`
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = ${VICTIM} AND query ILIKE 'listen%' AND state = 'idle'`;
  return row?.pid;
}

/** Keeps statements waiting inside the database, so that their client can be gone when they are carried out. */
async function holdLock(t: TestQueue, lock: (tx: TransactionSql) => Promise<unknown>) {
  const released = createGate();
  const locked = createGate();
  const transaction = t.sql.begin(async (tx) => {
    await lock(tx);
    void locked.pass();
    await released.pass();
  });
  await locked.reached;
  return {
    untilWaiting: () => untilLocked(t.sql),
    async release() {
      released.open();
      await transaction;
    },
  };
}
