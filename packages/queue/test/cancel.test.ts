import { connect } from '@orq/db';
import { waitFor, WITHIN_A_SECOND } from '@orq/testing';
import { expect, test } from 'vitest';
import { CancelledError, createQueue, defineHandler } from '../src/index.ts';
import { dieWithJobs } from './support/dead-worker.ts';
import { createGate } from './support/gate.ts';
import { echo, openTestQueue, runEcho } from './support/test-queue.ts';

/** Runs until its signal is aborted; then does as told. Says when that was, and why. */
function heedful(reaction: 'throws' | 'returns' | 'commits') {
  const begun = createGate();
  const aborted: { at: number; reason: unknown }[] = [];
  const handler = defineHandler(echo, async ({ input, signal, commit }) => {
    void begun.pass();
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    aborted.push({ at: performance.now(), reason: signal.reason });
    if (reaction === 'throws') throw new Error('an error of its own');
    if (reaction === 'commits') commit((tx) => tx`CREATE TABLE public.effect ()`);
    return input;
  });
  return { handler, begun: begun.reached, aborted };
}

test('a job that waits is cancelled at once, and never runs', async () => {
  await using t = await openTestQueue();
  const { id } = await t.queue.enqueue(echo, { text: 'hello' }, { uniqueKey: 'one' });

  expect(await t.queue.cancel(id)).toBe('cancelled');

  expect(await t.queue.get(id)).toMatchObject({
    status: 'cancelled',
    attempt: 0,
    finished_at: expect.any(String),
  });
  expect(await t.worker({ handlers: [runEcho] }).processOne()).toMatchObject({ processed: false });
  expect(await t.queue.enqueue(echo, { text: 'again' }, { uniqueKey: 'one' })).toMatchObject({
    created: true,
  });
});

test('a job that has ended stays as it is, and one that is not there is told', async () => {
  await using t = await openTestQueue();
  const { id } = await t.queue.enqueue(echo, { text: 'hello' });
  await t.worker({ handlers: [runEcho] }).processOne();

  expect(await t.queue.cancel(id)).toBe('completed');
  expect(await t.queue.cancel('0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69')).toBeNull();
  expect(await t.queue.get(id)).toMatchObject({ status: 'completed' });
});

test.each([{ pollOnly: false }, { pollOnly: true }])(
  'a running job hears of it within a second, from another process, with %o',
  WITHIN_A_SECOND,
  async ({ pollOnly }) => {
    await using t = await openTestQueue();
    const { handler, begun, aborted } = heedful('throws');
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    await t.worker({ handlers: [handler], pollIntervalMs: 60_000, pollOnly }).start();
    await begun;
    const elsewhere = connect(t.url, { max: 1 });

    const askedAt = performance.now();
    const answer = await createQueue({ sql: elsewhere }).cancel(id);
    const job = await t.until(id, 'cancelled');
    await elsewhere.end();

    expect(answer).toBe('requested');
    expect(aborted[0]?.reason).toBeInstanceOf(CancelledError);
    expect((aborted[0]?.at ?? Infinity) - askedAt).toBeLessThan(1_000);
    expect(job).toMatchObject({ attempt: 1, error: 'The job was cancelled while it ran' });
    expect(await t.failedAttempts(id)).toMatchObject([{ attempt: 1, outcome: 'cancelled' }]);
  },
);

test.each(['returns', 'commits'] as const)(
  'a handler that %s after it was told to end has not completed its job',
  async (reaction) => {
    await using t = await openTestQueue();
    const { handler, begun } = heedful(reaction);
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    await t.worker({ handlers: [handler] }).start();
    await begun;

    await t.queue.cancel(id);

    expect(await t.until(id, 'cancelled')).toMatchObject({ result: null });
    expect(await t.sql`SELECT FROM pg_tables WHERE tablename = 'effect'`).toHaveLength(0);
  },
);

test('a job that waits for a slot in its worker ends as cancelled, and never begins', async () => {
  await using t = await openTestQueue();
  const gate = createGate();
  const seen: string[] = [];
  const handler = defineHandler(echo, async ({ input }) => {
    seen.push(input.text);
    if (input.text === 'first') await gate.pass();
    return input;
  });
  // Quick jobs teach the worker to claim ahead of its one slot.
  const worker = t.worker({ handlers: [handler], concurrency: 1, pollIntervalMs: 60_000 });
  await t.queue.enqueueMany(
    echo,
    Array.from({ length: 2_000 }, (_, n) => ({ text: String(n) })),
  );
  await worker.start();
  await waitFor(() => seen.length > 500, { describe: 'the worker is at full speed' });
  const { id: first } = await t.queue.enqueue(echo, { text: 'first' }, { priority: -2 });
  const { id } = await t.queue.enqueue(echo, { text: 'second' }, { priority: -1 });
  await gate.reached;

  await t.queue.cancel(id);
  await t.until(id, 'cancelled');
  gate.open();
  await t.until(first, 'completed');

  expect(seen).not.toContain('second');
});

test('when its worker dies, is drained, or its handler fails, a job that was to be cancelled is', async () => {
  await using t = await openTestQueue();
  const { id: lost } = await t.queue.enqueue(echo, { text: 'lost' });
  const { workerId } = await dieWithJobs(t.sql);
  expect(await t.queue.cancel(lost)).toBe('requested');

  await t.sql`DELETE FROM orq.workers WHERE id = ${workerId}`;
  await t.worker({ handlers: [runEcho] }).start();

  expect(await t.until(lost, 'cancelled')).toMatchObject({ error: expect.stringContaining('lost') });
});

test('cancelling everything while workers claim leaves each job with one end', async () => {
  await using t = await openTestQueue();
  const runs = new Map<string, number>();
  const handler = defineHandler(echo, async ({ input, job }) => {
    runs.set(job.id, (runs.get(job.id) ?? 0) + 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    return input;
  });
  const ids = await t.queue.enqueueMany(
    echo,
    Array.from({ length: 1_000 }, (_, n) => ({ text: String(n) })),
  );
  const workers = [1, 2].map(() => t.worker({ handlers: [handler], concurrency: 5, pollIntervalMs: 20 }));
  await Promise.all(workers.map((worker) => worker.start()));
  await waitFor(() => runs.size > 20, { describe: 'some jobs have run' });

  const answers = await Promise.all(ids.map((id) => t.queue.cancel(id)));
  for (const id of ids) await t.until(id, 'completed', 'cancelled');

  const jobs = await t.sql<{ id: string; status: string }[]>`SELECT id, status FROM orq.job_status`;
  const status = new Map(jobs.map((job) => [job.id, job.status]));
  ids.forEach((id, index) => {
    if (answers[index] === 'cancelled')
      expect([status.get(id), runs.get(id)]).toEqual(['cancelled', undefined]);
    if (answers[index] === 'completed') expect([status.get(id), runs.get(id)]).toEqual(['completed', 1]);
  });
  expect(new Set(answers).size).toBeGreaterThan(1);
});
