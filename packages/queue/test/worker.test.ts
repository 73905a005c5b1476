import { connect, database } from '@orq/db';
import { waitFor } from '@orq/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createQueue, createWorker, defineHandler } from '../src/index.ts';
import { createGate } from './support/gate.ts';
import { recordLog } from './support/recorded-log.ts';
import { refuse } from './support/refuse.ts';
import { slowClaims } from './support/slow-claims.ts';
import { echo, openTestQueue, runEcho, type TestQueue } from './support/test-queue.ts';
import { transactionsOf } from './support/transactions.ts';

const texts = (count: number) => Array.from({ length: count }, (_, index) => ({ text: String(index) }));

test('an empty queue answers that nothing was processed', async () => {
  await using t = await openTestQueue();

  const processed = await t.worker({ handlers: [runEcho] }).processOne();

  expect(processed).toEqual({ processed: false, message: 'No pending jobs in queue' });
});

test('a queue that is not empty does not answer so, however slow the database is', async () => {
  await using t = await openTestQueue();
  await slowClaims(t.sql, 150, 'ROW');
  for (const priority of [1, 2, 3]) await t.queue.enqueue(echo, { text: 'hello' }, { priority });
  const worker = t.worker({ handlers: [runEcho] });

  const processed = [];
  for (let n = 1; n <= 4; n++) processed.push((await worker.processOne()).processed);

  expect(processed).toEqual([true, true, true, false]);
});

describe('a worker', () => {
  test('never runs more jobs at once than its concurrency', async () => {
    await using t = await openTestQueue();
    let running = 0;
    let most = 0;
    const record = defineHandler(echo, async ({ input }) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      return input;
    });
    const worker = t.worker({ handlers: [record], concurrency: 3, pollIntervalMs: 20 });

    const ids = await t.queue.enqueueMany(echo, texts(40));
    await Promise.all([worker.start(), worker.start()]);
    await waitFor(async () => (await openJobs(t)) === 0, { describe: 'all jobs ran' });

    expect(most).toBe(3);
    expect(ids).toHaveLength(40);
    expect(await t.sql`SELECT FROM orq.workers`).toHaveLength(1);
  });

  test('runs as many at once as its concurrency, without a warning', async () => {
    await using t = await openTestQueue();
    const warnings: string[] = [];
    const onWarning = (warning: Error) => void warnings.push(warning.message);
    process.on('warning', onWarning);
    const gate = createGate();
    let running = 0;
    const wait = defineHandler(echo, async ({ input }) => {
      running += 1;
      await gate.pass();
      return input;
    });

    await t.queue.enqueueMany(echo, texts(30));
    await t.worker({ handlers: [wait], concurrency: 30 }).start();
    await waitFor(() => running === 30, { describe: () => `30 jobs run, there are ${running}` });
    gate.open();
    await waitFor(async () => (await openJobs(t)) === 0, { describe: 'all jobs ran' });

    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });

  test('takes the next job as soon as there is room, without waiting for a poll', async () => {
    await using t = await openTestQueue();
    const ids = await t.queue.enqueueMany(echo, texts(5));

    await t.worker({ handlers: [runEcho], concurrency: 2, pollIntervalMs: 60_000 }).start();

    for (const id of ids) await t.until(id, 'completed');
  });

  test('shares a client with drizzle, which changes how that reads and writes', async () => {
    await using t = await openTestQueue();
    const sql = connect(t.url, { max: 2 });
    database(sql);
    const queue = createQueue({ sql });
    const runAt = new Date(Date.now() - 60_000);
    const tags = ['a "b"', 'c,d'];
    const { id } = await queue.enqueue(echo, { text: 'hello' }, { runAt, tags });

    const worker = createWorker({ sql, handlers: [runEcho], queues: ['default', 'a "b"\\'] });
    const processed = await worker.processOne();
    await worker.stop();

    expect(processed).toMatchObject({ job_id: id, status: 'completed', result: { text: 'hello' } });
    expect(await queue.get(id)).toMatchObject({ run_at: runAt.toISOString(), tags });
    await sql.end();
  });

  test('runs the jobs that it claimed ahead and could not hand back', async () => {
    await using t = await openTestQueue();
    const { log, lines } = recordLog();
    const gate = createGate();
    const mostlyQuick = defineHandler(echo, async ({ input }) => {
      if (input.text === 'long') await gate.pass();
      return input;
    });
    await t.queue.enqueueMany(echo, [...texts(2_000), { text: 'long' }, ...texts(2_000)]);
    const allow = await refuse(t.sql, 'INSERT', 'ready');
    await t.worker({ handlers: [mostlyQuick], concurrency: 1, pollIntervalMs: 50, log }).start();
    await gate.reached;
    await waitFor(() => lines.some((line) => line['error'] === 'refused'), {
      describe: 'the hand-back fails',
    });

    await allow();
    gate.open();

    await waitFor(async () => (await openJobs(t)) === 0, { describe: 'all jobs ran' });
  });

  test('leaves no claim behind once its jobs are done', async () => {
    await using t = await openTestQueue();
    await t.queue.enqueueMany(echo, texts(20));
    await t.worker({ handlers: [runEcho], concurrency: 4, pollIntervalMs: 20 }).start();

    await waitFor(async () => (await openJobs(t)) === 0, { describe: 'all jobs ran' });

    const claims = () => t.sql`SELECT FROM orq.claims`;
    await waitFor(async () => (await claims()).length === 0, { describe: 'the claims are gone' });
  });

  test('works all of its queues, also when one of them cannot be asked', async () => {
    await using t = await openTestQueue();
    await refuse(t.sql, 'DELETE', 'ready', "OLD.queue = 'broken'");
    await t.queue.enqueue(echo, { text: 'stays' }, { queue: 'broken' });
    const ids = [];
    for (const queue of ['one', 'two']) {
      const { id } = await t.queue.enqueue(echo, { text: queue }, { queue });
      ids.push(id);
    }
    const queues = ['one', 'broken', 'two'];

    await t.worker({ handlers: [runEcho], queues, pollIntervalMs: 20 }).start();

    for (const id of ids) await t.until(id, 'completed');
  });

  test('cannot be started again once it has been stopped', async () => {
    await using t = await openTestQueue();
    const worker = t.worker({ handlers: [runEcho] });
    await worker.start();
    await worker.stop();

    await expect(worker.start()).rejects.toThrow('has been stopped');
    await expect(worker.processOne()).rejects.toThrow('has been stopped');
    expect(await t.sql`SELECT FROM orq.workers`).toHaveLength(0);
  });

  test.each([
    ['concurrency', { concurrency: 0 }],
    ['queues', { queues: [] }],
    ['pollIntervalMs', { pollIntervalMs: Number.NaN }],
    ['leaseMs', { leaseMs: 2 ** 31 }],
  ])('refuses a %s that makes no sense', async (field, options) => {
    await using t = await openTestQueue();

    expect(() => createWorker({ sql: t.sql, handlers: [], ...options })).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path: [field] })] }),
    );
  });

  test('refuses two handlers for one type', async () => {
    await using t = await openTestQueue();

    expect(() => createWorker({ sql: t.sql, handlers: [runEcho, runEcho] })).toThrow(/Two handlers.*"echo"/);
  });
});

describe('a waiting worker, with a poll interval of a minute,', () => {
  /** Far from the poll interval, and far from what a busy machine takes. */
  const WAKE_MS = 20_000;
  let t: TestQueue;
  beforeEach(async () => {
    t = await openTestQueue();
    await t.worker({ handlers: [runEcho], pollIntervalMs: 60_000 }).start();
    await waitFor(async () => listeners(t), { describe: 'the worker listens' });
  });
  afterEach(() => t[Symbol.asyncDispose]());

  test('starts a job at once', async () => {
    const { id } = await t.queue.enqueue(echo, { text: 'now' });

    expect(await waited(id)).toBeLessThan(WAKE_MS);
  });

  test('starts each of many jobs that come one by one', async () => {
    const enqueued = await Promise.all(texts(20).map((input) => t.queue.enqueue(echo, input)));

    for (const { id } of enqueued) expect(await waited(id)).toBeLessThan(WAKE_MS);
  });

  test('starts a job that another process enqueued', async () => {
    const sql = connect(t.url, { max: 1 });

    const { id } = await createQueue({ sql }).enqueue(echo, { text: 'now' });

    expect(await waited(id)).toBeLessThan(WAKE_MS);
    await sql.end();
  });

  test.each(Object.entries(transactionsOf))(
    'starts a job that came in a transaction of %s',
    async (_, inTransaction) => {
      let id = '';
      await inTransaction(t.url, async (tx) => {
        ({ id } = await t.queue.enqueue(echo, { text: 'now' }, { tx }));
      });

      expect(await waited(id)).toBeLessThan(WAKE_MS);
    },
  );

  async function waited(id: string): Promise<number> {
    const job = await t.until(id, 'completed');
    return Date.parse(job.started_at ?? '') - Date.parse(job.created_at);
  }
});

test('a job that nobody announced is found by polling', async () => {
  await using t = await openTestQueue();
  await t.worker({ handlers: [runEcho], pollIntervalMs: 50 }).start();

  await t.sql`
    WITH job AS (
      INSERT INTO orq.jobs (id, queue, job_type, priority, run_at, max_attempts, payload)
      VALUES (gen_random_uuid(), 'default', 'echo', 0, now(), 4, '{"text": "quiet"}')
      RETURNING queue, priority, run_at, id
    )
    INSERT INTO orq.ready (queue, priority, run_at, job_id) SELECT * FROM job`;

  await waitFor(async () => (await openJobs(t)) === 0, { describe: 'the job ran' });
});

describe('during a rolling deploy', () => {
  test('a job of a type that only another live worker knows is left to that one', async () => {
    await using t = await openTestQueue();
    const { log, lines } = recordLog();
    const newer = t.worker({ handlers: [runEcho] });
    await newer.processOne();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });

    await t.worker({ handlers: [], pollIntervalMs: 20, log }).start();
    await waitFor(() => lines.some(({ message }) => message === 'job released'), { describe: 'it was left' });

    expect(await t.until(id, 'pending')).toMatchObject({ attempt: 0 });
    // A claim that was under way when the type was seen to be another's may bring the job once more.
    await waitFor(async () => (await newer.processOne()).processed, {
      describe: 'the newer one is given it',
    });

    expect(await t.queue.get(id)).toMatchObject({
      status: 'completed',
      attempt: 1,
      result: { text: 'hello' },
    });
    expect(await t.failedAttempts(id)).toEqual([]);
  });

  test('such a job does not hold up the others', async () => {
    await using t = await openTestQueue();
    const other = { ...runEcho, type: 'other' };
    const newer = t.worker({ handlers: [runEcho, other] });
    await newer.processOne();
    await t.queue.enqueue({ ...echo, type: 'other' }, { text: 'first' });
    const { id } = await t.queue.enqueue(echo, { text: 'second' });

    const processed = await t.worker({ handlers: [runEcho] }).processOne();

    expect(processed).toMatchObject({ job_id: id, status: 'completed' });
  });

  test('it fails when only workers of other queues know its type: they will never see it', async () => {
    await using t = await openTestQueue();
    await t.worker({ handlers: [runEcho], queues: ['other'] }).processOne();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });

    await t.worker({ handlers: [] }).start();

    const { error } = await t.until(id, 'failed');
    expect(error).toMatch(/Unknown job_type "echo": no live worker of queue "default"/);
  });

  test('it fails once the worker that knew its type is gone', async () => {
    await using t = await openTestQueue();
    const { log, lines } = recordLog();
    const newer = t.worker({ handlers: [runEcho] });
    await newer.processOne();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    await t.worker({ handlers: [], pollIntervalMs: 20, log }).start();
    await waitFor(() => lines.some(({ message }) => message === 'job released'), { describe: 'it was left' });

    await newer.stop();

    const { error } = await t.until(id, 'failed');
    expect(error).toMatch(/Unknown job_type "echo"/);
  });
});

async function openJobs(t: TestQueue): Promise<number> {
  const [row] = await t.sql<
    { open: number }[]
  >`SELECT count(*)::int AS open FROM orq.jobs WHERE state = 'open'`;
  return row?.open ?? 0;
}

async function listeners(t: TestQueue): Promise<boolean> {
  const rows = await t.sql`
    SELECT FROM pg_stat_activity WHERE datname = current_database() AND query ILIKE 'listen%' AND state = 'idle'`;
  return rows.length > 0;
}
