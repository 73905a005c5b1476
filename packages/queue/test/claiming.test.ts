import { waitFor } from '@orq/testing';
import { describe, expect, test } from 'vitest';
import { defineHandler } from '../src/index.ts';
import { createGate } from './support/gate.ts';
import { echo, openTestQueue, runEcho } from './support/test-queue.ts';

const texts = (count: number, prefix = '') =>
  Array.from({ length: count }, (_, n) => ({ text: `${prefix}${n}` }));

describe('a worker that stands far along its queue', () => {
  test('finds a job whose transaction commits behind it', async () => {
    await using t = await openTestQueue();
    const committed = createGate();
    const slow = t.sql.begin(async (tx) => {
      const job = await t.queue.enqueue(echo, { text: 'early, and late' }, { tx });
      await committed.pass();
      return job;
    });
    await committed.reached;
    const after = await t.queue.enqueueMany(echo, texts(500));
    await t.worker({ handlers: [runEcho], concurrency: 50, pollIntervalMs: 60_000 }).start();
    await t.until(after.at(-1) ?? '', 'completed');

    committed.open();
    const { id } = await slow;

    expect(await t.until(id, 'completed')).toMatchObject({ attempt: 1 });
  });

  test('takes an urgent job of a priority that it has never seen before the rest of a backlog', async () => {
    await using t = await openTestQueue();
    const ran: string[] = [];
    const gate = createGate();
    const record = defineHandler(echo, async ({ input }) => {
      ran.push(input.text);
      if (ran.length === 1) await gate.pass();
      return { text: input.text };
    });
    await t.queue.enqueueMany(echo, texts(200));
    const startedAt = performance.now();
    await t.worker({ handlers: [record], concurrency: 1 }).start();
    await gate.reached;
    const longestSweepMs = performance.now() - startedAt;

    await t.queue.enqueue(echo, { text: 'urgent' }, { priority: -10 });
    await waitFor(() => performance.now() - startedAt > 21 * longestSweepMs, {
      describe: () => 'the next sweep to be due',
      timeoutMs: 100_000,
    });
    gate.open();
    await waitFor(() => ran.length === 201, { describe: () => `all jobs to run, ${ran.length} have` });

    expect(ran.indexOf('urgent')).toBe(1);
  });

  test('runs what was handed back to a place that it has passed', async () => {
    await using t = await openTestQueue();
    const first = await t.queue.enqueue(echo, { text: 'first' });
    const gate = createGate();
    const held = defineHandler(echo, async ({ input }) => {
      await gate.pass();
      return { text: input.text };
    });
    const leaving = t.worker({ handlers: [held], concurrency: 1 });
    await leaving.start();
    await gate.reached;
    const others = await t.queue.enqueueMany(echo, texts(100));
    await t.worker({ handlers: [runEcho], pollIntervalMs: 100 }).start();
    await t.until(others.at(-1) ?? '', 'completed');

    await leaving.stop({ drainMs: 0 });

    expect(await t.until(first.id, 'completed')).toMatchObject({ attempt: 1 });
    gate.open();
  });
});

describe('what is claimed ahead', () => {
  test('is nothing where jobs take long: another worker takes what waits', async () => {
    await using t = await openTestQueue();
    const gate = createGate();
    const busy = defineHandler(echo, async ({ input }) => {
      await gate.pass();
      return { text: input.text };
    });
    await t.queue.enqueueMany(echo, texts(10));
    const first = t.worker({ handlers: [busy], concurrency: 2 });
    await first.start();
    await gate.reached;

    await t.worker({ handlers: [runEcho] }).start();

    await waitFor(async () => (await t.sql`SELECT FROM orq.jobs WHERE state = 'completed'`).length === 8, {
      describe: 'the other worker to run all but the two that are busy',
    });
    gate.open();
  });

  test('goes back at once when the worker stops, no attempt spent', async () => {
    await using t = await openTestQueue();
    const gate = createGate();
    let ran = 0;
    const turnsSlow = defineHandler(echo, async ({ input, signal }) => {
      if (++ran > 2_000) {
        await gate.pass();
        signal.throwIfAborted();
      }
      return { text: input.text };
    });
    await t.queue.enqueueMany(echo, texts(6_000));
    const worker = t.worker({ handlers: [turnsSlow], concurrency: 4, pollIntervalMs: 60_000 });
    await worker.start();
    await waitFor(() => ran === 2_004, { describe: () => `all four slots to be held, at job ${ran}` });

    const stopping = worker.stop({ drainMs: 60_000 });
    await waitFor(
      async () => {
        const [row] = await t.sql<{ running: number }[]>`
          SELECT count(*)::int AS running FROM orq.job_status WHERE status = 'processing'`;
        return row?.running === 4;
      },
      { describe: 'all but the four that run to be back in the queue' },
    );

    gate.open();
    await stopping;
    expect(await t.sql`SELECT FROM orq.jobs WHERE state = 'open' AND attempt > 0`).toHaveLength(0);
    expect(await t.sql`SELECT FROM orq.claims`).toHaveLength(0);
  });
});
