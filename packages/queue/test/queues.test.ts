import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '@orq/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineHandler } from '../src/index.ts';
import { createGate } from './support/gate.ts';
import { slowClaims } from './support/slow-claims.ts';
import { echo, openTestQueue, runEcho, type TestQueue } from './support/test-queue.ts';

const texts = (count: number) => Array.from({ length: count }, (_, n) => ({ text: String(n) }));

describe('a paused queue', () => {
  test('gives no job until it is resumed; then at once', async () => {
    await using t = await openTestQueue();
    await t.queue.pause('default');
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    const { id: elsewhere } = await t.queue.enqueue(echo, { text: 'hello' }, { queue: 'other' });
    const worker = t.worker({ handlers: [runEcho], queues: ['default', 'other'], pollIntervalMs: 60_000 });
    await worker.start();

    await t.until(elsewhere, 'completed');
    expect(await t.queue.get(id)).toMatchObject({ status: 'pending' });
    expect(await t.queue.pausedSince('default')).toBeInstanceOf(Date);
    await t.queue.resume('default');

    await t.until(id, 'completed');
    expect(await t.queue.pausedSince('default')).toBeNull();
  });

  test('lets what runs end, and takes back what was claimed but not begun', async () => {
    await using t = await openTestQueue();
    const gate = createGate();
    let begun = 0;
    const handler = defineHandler(echo, async ({ input }) => {
      begun += 1;
      if (input.text === 'wait') await gate.pass();
      return input;
    });
    // Quick jobs teach the worker to claim ahead of its one slot.
    await t.queue.enqueueMany(echo, texts(3_000));
    await t.worker({ handlers: [handler], concurrency: 1, pollIntervalMs: 60_000 }).start();
    await waitFor(() => begun > 500, { describe: 'the worker is at full speed' });
    const { id: running } = await t.queue.enqueue(echo, { text: 'wait' }, { priority: -1 });
    await gate.reached;

    await t.queue.pause('default');
    await t.queue.pause('default');
    await waitFor(
      async () => (await t.sql`SELECT FROM orq.job_status WHERE status = 'processing'`).length === 1,
      {
        describe: 'only the running job is held',
      },
    );
    const begunBefore = begun;
    gate.open();
    await t.until(running, 'completed');

    expect(begun).toBe(begunBefore);
    expect(await t.sql`SELECT FROM orq.claims WHERE cardinality(job_ids) = 0`).toHaveLength(0);
    await t.queue.resume('default');
    await waitFor(() => begun === 3_001, { describe: 'all jobs have run' });
  });

  test('stays paused for workers that come later', async () => {
    await using t = await openTestQueue();
    await t.queue.pause('default');
    await t.queue.enqueue(echo, { text: 'hello' });

    expect(await t.worker({ handlers: [runEcho] }).processOne()).toMatchObject({ processed: false });
  });
});

describe('a queue with a concurrency of its own', () => {
  /** A handler that counts how many of each text run, and how many did at most. */
  function counting(work: () => Promise<unknown>) {
    const running = new Map<string, number>();
    const most = new Map<string, number>();
    const handler = defineHandler(echo, async ({ input }) => {
      const now = (running.get(input.text) ?? 0) + 1;
      running.set(input.text, now);
      most.set(input.text, Math.max(most.get(input.text) ?? 0, now));
      await work();
      running.set(input.text, (running.get(input.text) ?? 0) - 1);
      return input;
    });
    return { handler, running, most };
  }

  const named = (text: string) => Array.from({ length: 40 }, () => ({ text }));
  const allRan = ({ sql }: TestQueue) =>
    waitFor(async () => (await sql`SELECT FROM orq.jobs WHERE state = 'open'`).length === 0, {
      describe: 'all jobs have run',
    });

  test('has no more jobs at once in a worker, and does not hold up the others', async () => {
    await using t = await openTestQueue();
    const gate = createGate();
    const { handler, running, most } = counting(async () => {
      await gate.pass();
      await sleep(10);
    });
    const queues = [{ name: 'narrow', concurrency: 2 }, 'wide'];
    await t.worker({ handlers: [handler], queues, concurrency: 10, pollIntervalMs: 60_000 }).start();

    for (const [queue, atOnce] of [
      ['narrow', 2],
      ['wide', 8],
    ] as const) {
      await t.queue.enqueueMany(echo, named(queue), { queue });
      await waitFor(() => running.get(queue) === atOnce, { describe: `${atOnce} jobs of ${queue} run` });
    }
    gate.open();
    await allRan(t);

    expect(most.get('narrow')).toBe(2);
  });

  test('has no more jobs at once, either, where sweeps take long and are done beside the claims', async () => {
    await using t = await openTestQueue();
    await slowClaims(t.sql, 25, 'STATEMENT');
    const { handler, most } = counting(() => sleep(50));
    await t.queue.enqueueMany(echo, named('narrow'), { queue: 'narrow' });

    const queues = [{ name: 'narrow', concurrency: 2 }];
    await t.worker({ handlers: [handler], queues, concurrency: 10, pollIntervalMs: 100 }).start();
    await allRan(t);

    expect(most.get('narrow')).toBe(2);
  });

  test.each([0, 1.5, 10_001])('is refused with a concurrency of %d', async (concurrency) => {
    await using t = await openTestQueue();

    expect(() => t.worker({ handlers: [runEcho], queues: [{ name: 'narrow', concurrency }] })).toThrow(
      z.ZodError,
    );
  });
});

test('with poll-only on both sides nothing listens or notifies, and jobs are found all the same', async () => {
  await using t = await openTestQueue({ pollOnly: true });
  const worker = t.worker({ handlers: [runEcho], pollOnly: true, pollIntervalMs: 30 });
  await worker.start();
  const listening = await t.sql`
    SELECT FROM pg_stat_activity WHERE datname = current_database() AND query ILIKE 'listen%'`;

  const { id } = await t.queue.enqueue(echo, { text: 'hello' });
  const [, last = ''] = await t.queue.enqueueMany(echo, texts(2), { concurrencyKey: 'a' });

  await t.until(id, 'completed');
  await t.until(last, 'completed');
  expect(listening).toHaveLength(0);
});
