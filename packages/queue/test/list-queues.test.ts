import { waitFor } from '@orq/testing';
import { describe, expect, test } from 'vitest';
import { defineHandler, PermanentError } from '../src/index.ts';
import { fill, stopAutovacuum } from './support/crowd.ts';
import { dieWithJobs } from './support/dead-worker.ts';
import { openExplaining, faultsOf } from './support/explaining.ts';
import { createQueue } from '../src/index.ts';
import { echo, openTestQueue, runEcho } from './support/test-queue.ts';

const texts = (count: number) => Array.from({ length: count }, (_, n) => ({ text: String(n) }));

describe('a list of queues', () => {
  test('says of each how much is due, deferred, and under way, and since when', async () => {
    await using t = await openTestQueue();
    const [past, future] = [new Date(Date.now() - 60_000), new Date(Date.now() + 60_000)];
    for (const priority of [-1, 5]) await t.queue.enqueueMany(echo, texts(3), { priority, runAt: past });
    await t.queue.enqueueMany(echo, texts(2), { runAt: future });
    await t.queue.enqueueMany(echo, texts(4), { queue: 'keyed', concurrencyKey: 'one' });
    await t.queue.pause('paused');
    await dieWithJobs(t.sql, 2);
    await t.worker({ handlers: [runEcho], queues: ['keyed'] }).processOne();

    const { data, next_cursor } = await t.queue.listQueues();

    const nothing = { paused_at: null, pending: 0, deferred: 0, processing: 0, oldest_age_ms: null };
    expect(data).toMatchObject([
      {
        ...nothing,
        name: 'default',
        workers: 1,
        pending: 4,
        deferred: 2,
        processing: 2,
        oldest_age_ms: expect.any(Number),
      },
      { ...nothing, name: 'keyed', workers: 1, pending: 3, oldest_age_ms: expect.any(Number) },
      { ...nothing, name: 'paused', workers: 0, paused_at: expect.any(String) },
    ]);
    expect(data[0]?.oldest_age_ms).toBeGreaterThanOrEqual(60_000);
    expect(next_cursor).toBeNull();
  });

  test('goes on by name from page to page', async () => {
    await using t = await openTestQueue();
    for (const queue of ['c', 'a', 'ü', 'b']) await t.queue.enqueue(echo, { text: 'hello' }, { queue });

    const names: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await t.queue.listQueues({ limit: 1, cursor });
      names.push(...page.data.map(({ name }) => name));
      cursor = page.next_cursor;
    }

    expect(names.toSorted()).toEqual(['a', 'b', 'c', 'ü']);
    await expect(t.queue.listQueues({ cursor: '?' })).rejects.toThrow('next_cursor');
  });

  test('says how many jobs workers have completed, and how many have failed for good', async () => {
    await using t = await openTestQueue();
    const handler = defineHandler(echo, async ({ input }) => {
      if (Number(input.text) % 5 === 0) throw new PermanentError('never');
      return input;
    });
    await t.queue.enqueueMany(echo, texts(20));
    const worker = t.worker({ handlers: [handler], pollIntervalMs: 20 });
    await worker.start();

    const tallied = async () => {
      const [row] = await t.sql<{ completed: number; failed: number }[]>`
        SELECT sum(completed)::int AS completed, sum(failed)::int AS failed FROM orq.queue_tallies`;
      return row;
    };
    await waitFor(async () => ((await tallied())?.completed ?? 0) >= 16, { describe: 'all are told of' });
    await worker.stop();

    expect(await tallied()).toEqual({ completed: 16, failed: 4 });
    // The ten seconds that are under way do not count yet.
    await t.sql`UPDATE orq.queue_tallies SET at = at - interval '20 s'`;
    const { data } = await t.queue.listQueues();
    expect(data).toMatchObject([{ name: 'default', completed_per_minute: 16, failed_per_minute: 4 }]);
  });

  test('past 50,000 deferred jobs is counted along the keys', async () => {
    await using t = await openTestQueue({ spoils: true });
    await stopAutovacuum(t.sql);
    await fill(t.sql);
    await t.queue.enqueueMany(echo, texts(10));
    await using explaining = openExplaining(t.url, 'force_generic_plan', 1);

    const { data } = await createQueue({ sql: explaining.sql }).listQueues();

    expect(data).toMatchObject([{ pending: 10, deferred: 50_000 }]);
    const faults = explaining.plans().flatMap((plan) => faultsOf(plan, { rows: 50_000, buffers: 60_000 }));
    expect(faults.filter((fault) => !fault.startsWith('Sort in'))).toEqual([]);
  });
});

test('a list of workers says what each holds, and whether it lives', async () => {
  await using t = await openTestQueue();
  await t.queue.enqueueMany(echo, texts(3));
  const { workerId: older } = await dieWithJobs(t.sql, 2);
  const { workerId: newer } = await dieWithJobs(t.sql, 1);
  await t.sql`UPDATE orq.workers SET heartbeat_at = now() - interval '1 hour' WHERE id = ${older}`;

  const first = await t.queue.listWorkers({ limit: 1 });
  const second = await t.queue.listWorkers({ cursor: first.next_cursor ?? '' });

  expect(first.data).toMatchObject([{ id: newer, live: true, processing: 1, job_types: ['echo'] }]);
  expect(second).toMatchObject({ data: [{ id: older, live: false, processing: 2 }], next_cursor: null });
});
