import { waitFor } from '@orq/testing';
import { describe, expect, test } from 'vitest';
import { defineHandler } from '../src/index.ts';
import { keysWithFreedSlots } from '../src/sql/concurrency-keys.ts';
import { dieWithJobs } from './support/dead-worker.ts';
import { createGate } from './support/gate.ts';
import { echo, openTestQueue, runEcho, type TestQueue } from './support/test-queue.ts';

/** Notes how many jobs of each key (the text before the dot) run at once, and in which order they begin. */
function watchful(workMs: number) {
  const running = new Map<string, number>();
  const most = new Map<string, number>();
  const order: string[] = [];
  const handler = defineHandler(echo, async ({ input }) => {
    const [key = ''] = input.text.split('.');
    const now = (running.get(key) ?? 0) + 1;
    running.set(key, now);
    most.set(key, Math.max(most.get(key) ?? 0, now));
    order.push(input.text);
    await new Promise((resolve) => setTimeout(resolve, workMs));
    running.set(key, (running.get(key) ?? 0) - 1);
    return input;
  });
  return { handler, most, order };
}

const drained = (t: TestQueue) =>
  waitFor(async () => (await t.sql`SELECT FROM orq.jobs WHERE state = 'open'`).length === 0, {
    describe: 'all jobs have ended',
  });

const numbered = (key: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({ text: `${key}.${n}` }));

describe('jobs with the same concurrency key', () => {
  test('run one after the other, however many workers and slots there are', async () => {
    await using t = await openTestQueue();
    const { handler, most, order } = watchful(2);
    for (const key of ['a', 'b', 'c']) {
      await t.queue.enqueueMany(echo, numbered(key, 25), { concurrencyKey: key });
    }
    await t.queue.enqueueMany(echo, numbered('free', 100));

    const workers = [1, 2, 3].map(() =>
      t.worker({ handlers: [handler], concurrency: 10, pollIntervalMs: 50 }),
    );
    await Promise.all(workers.map((worker) => worker.start()));
    await drained(t);

    expect(most.get('a')).toBe(1);
    expect(most.get('b')).toBe(1);
    expect(most.get('c')).toBe(1);
    expect(most.get('free')).toBeGreaterThan(1);
    expect(order).toHaveLength(175);
    await waitFor(async () => (await t.sql`SELECT FROM orq.key_slots`).length === 0, {
      describe: 'no slot is left',
    });
    expect(await t.sql`SELECT FROM orq.parked`).toHaveLength(0);
  });

  test('run in their order, and one that is more urgent before the others', async () => {
    await using t = await openTestQueue();
    const { handler, order } = watchful(1);
    await t.queue.enqueueMany(echo, numbered('a', 30), { concurrencyKey: 'a' });
    await t.queue.enqueueMany(echo, numbered('urgent', 3), { concurrencyKey: 'a', priority: -1 });

    await t.worker({ handlers: [handler], concurrency: 5, pollIntervalMs: 50 }).start();
    await drained(t);

    expect(order).toEqual([...numbered('urgent', 3), ...numbered('a', 30)].map(({ text }) => text));
  });

  test('run as many at once as their limit says', async () => {
    await using t = await openTestQueue();
    const { handler, most } = watchful(20);
    await t.queue.enqueueMany(echo, numbered('a', 20), { concurrencyKey: 'a', concurrencyLimit: 3 });

    await t.worker({ handlers: [handler], concurrency: 10, pollIntervalMs: 50 }).start();
    await drained(t);

    expect(most.get('a')).toBe(3);
  });

  test('do not take up the slots of others while they wait, and are pending meanwhile', async () => {
    await using t = await openTestQueue();
    const gate = createGate();
    const handler = defineHandler(echo, async ({ input }) => {
      if (input.text === 'a.0') await gate.pass();
      return input;
    });
    const ids = await t.queue.enqueueMany(echo, numbered('a', 50), { concurrencyKey: 'a' });
    const { id: other } = await t.queue.enqueue(echo, { text: 'other' });
    await t.worker({ handlers: [handler], concurrency: 2, pollIntervalMs: 60_000 }).start();
    await gate.reached;

    await t.until(other, 'completed');
    const statuses = await Promise.all(ids.map(async (id) => (await t.queue.get(id))?.status));
    gate.open();
    await drained(t);

    expect(statuses).toEqual(['processing', ...Array<string>(49).fill('pending')]);
  });

  test('go on when the one before has failed for good, was snoozed, cancelled, or lost with its worker', async () => {
    await using t = await openTestQueue();
    const [first = '', second = ''] = await t.queue.enqueueMany(echo, numbered('a', 3), {
      concurrencyKey: 'a',
    });
    const { workerId, jobs } = await dieWithJobs(t.sql);
    expect(jobs.map(({ id }) => id)).toEqual([first]);
    const third = (await t.queue.enqueue(echo, { text: 'a.last' }, { concurrencyKey: 'a' })).id;
    expect(await t.queue.cancel(second)).toBe('cancelled');

    await t.sql`DELETE FROM orq.workers WHERE id = ${workerId}`;
    const worker = t.worker({ handlers: [runEcho], pollIntervalMs: 20 });
    await worker.start();

    for (const id of [first, third]) await t.until(id, 'completed');
    expect(await t.queue.get(second)).toMatchObject({ status: 'cancelled' });
  });

  test('share their key with other types and queues', async () => {
    await using t = await openTestQueue();
    const { handler, most } = watchful(5);
    for (const queue of ['default', 'other']) {
      await t.queue.enqueueMany(echo, numbered('a', 10), { concurrencyKey: 'a', queue });
    }

    await t.worker({ handlers: [handler], queues: ['default', 'other'], pollIntervalMs: 20 }).start();
    await drained(t);

    expect(most.get('a')).toBe(1);
  });

  test('are found by whoever polls when nobody passed the freed slot on', async () => {
    await using t = await openTestQueue();
    await t.queue.enqueueMany(echo, numbered('a', 2), { concurrencyKey: 'a' });
    const { jobs } = await dieWithJobs(t.sql);
    await t.sql`UPDATE orq.jobs SET state = 'completed' WHERE id = ${jobs[0]?.id ?? ''}`;
    expect(await keysWithFreedSlots(t.sql)).toEqual(['a']);

    await t.worker({ handlers: [runEcho], pollIntervalMs: 20 }).start();

    await drained(t);
  });
});
