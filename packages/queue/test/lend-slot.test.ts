import { defineJob } from '@orq/contracts';
import { waitFor, WITHIN_A_SECOND } from '@orq/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { CancelledError, defineHandler, type Queue, ShutdownError } from '../src/index.ts';
import { createGate } from './support/gate.ts';
import { echo, openTestQueue, runEcho, type TestQueue } from './support/test-queue.ts';

/** A job that has `children` echoed by other jobs, and gives back what they gave. */
const family = defineJob({
  type: 'family',
  input: z.object({ children: z.array(z.string()) }),
  output: z.object({ texts: z.array(z.string()) }),
});

interface Family {
  /** Waits that have begun. */
  waits: number;
  /** Reasons for which a parent was told to end while it waited. */
  endings: unknown[];
  handler: ReturnType<typeof defineHandler>;
}

/** Children are found again by their keys when their parent runs again. */
function parentOf(queue: Queue): Family {
  const handler = defineHandler(family, async ({ input, job, signal, lendSlot }) => {
    signal.addEventListener('abort', () => parent.endings.push(signal.reason));
    const ids = await Promise.all(
      input.children.map(async (text) => {
        const uniqueKey = `${job.id} ${text}`;
        const runAt = new Date(Math.ceil(job.dueMs));
        return (await queue.enqueue(echo, { text }, { uniqueKey, queue: job.queue, runAt })).id;
      }),
    );
    const children = await lendSlot(() => {
      parent.waits += 1;
      return queue.settled(ids, { signal });
    });
    return { texts: children.map(({ result }) => echo.output.parse(result).text) };
  });
  const parent: Family = { waits: 0, endings: [], handler };
  return parent;
}

/** Holds back the child whose text is `slow`. */
function slowEcho() {
  const gate = createGate();
  const handler = defineHandler(echo, async ({ input }) => {
    if (input.text === 'slow') await gate.pass();
    return input;
  });
  return { handler, begun: gate.reached, end: gate.open };
}

const childOf = async (t: TestQueue) => {
  const [row] = await t.sql<{ id: string }[]>`SELECT id FROM orq.jobs WHERE job_type = 'echo'`;
  return row?.id ?? '';
};

describe('a job that waits for others', () => {
  test.each([
    { concurrency: 1 },
    { concurrency: 2, queues: [{ name: 'default', concurrency: 1 }] },
    { concurrency: 1, pollOnly: true, pollIntervalMs: 50 },
  ])('has them run in its place, on the worker that it has to itself: %o', async (options) => {
    await using t = await openTestQueue({ pollOnly: options.pollOnly ?? false });
    await t.worker({ handlers: [parentOf(t.queue).handler, runEcho], ...options }).start();

    const { id } = await t.queue.enqueue(family, { children: ['a', 'b', 'c'] });

    expect(await t.until(id, 'completed')).toMatchObject({
      attempt: 1,
      result: { texts: ['a', 'b', 'c'] },
    });
  });

  test('is processing meanwhile, with its progress, and no slot is stuck', async () => {
    await using t = await openTestQueue();
    const slow = slowEcho();
    const parent = defineHandler(family, async ({ progress, lendSlot, signal }) => {
      const { id } = await t.queue.enqueue(echo, { text: 'slow' });
      progress(0.25);
      await lendSlot(() => t.queue.settled([id], { signal }));
      return { texts: [] };
    });
    const worker = t.worker({ handlers: [parent, slow.handler], concurrency: 1 });
    await worker.start();
    const { id } = await t.queue.enqueue(family, { children: [] });
    await slow.begun;

    await waitFor(async () => (await t.queue.get(id))?.progress === 0.25, { describe: 'it tells of it' });

    expect(await t.queue.get(id)).toMatchObject({ status: 'processing', attempt: 1 });
    expect(worker.health()).toMatchObject({ status: 'ok', checks: { slots: 'ok' } });
    slow.end();
    await t.until(id, 'completed');
  });

  test('goes on in a slot: no more run than there are, however many wait', async () => {
    await using t = await openTestQueue();
    let running = 0;
    let most = 0;
    let done = 0;
    async function work() {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 2));
      running -= 1;
      done += 1;
    }
    const child = defineHandler(echo, async ({ input }) => {
      await work();
      return input;
    });
    const parent = defineHandler(family, async ({ input, signal, lendSlot }) => {
      const ids = await t.queue.enqueueMany(
        echo,
        input.children.map((text) => ({ text })),
      );
      await lendSlot(() => t.queue.settled(ids, { signal }));
      await work();
      return { texts: [] };
    });
    // The children wait behind all parents, so that all of these wait at once.
    await t.queue.enqueueMany(
      family,
      Array.from({ length: 10 }, () => ({ children: ['a', 'b', 'c'] })),
    );

    await t.worker({ handlers: [parent, child], concurrency: 2 }).start();
    await waitFor(() => done === 40, { describe: () => `all have run: ${done}` });

    expect(most).toBe(2);
  });

  test('keeps its concurrency key', async () => {
    await using t = await openTestQueue();
    const slow = slowEcho();
    await t.worker({ handlers: [parentOf(t.queue).handler, slow.handler], concurrency: 5 }).start();
    const { id } = await t.queue.enqueue(family, { children: ['slow'] }, { concurrencyKey: 'k' });
    const next = await t.queue.enqueue(echo, { text: 'next' }, { concurrencyKey: 'k' });
    const free = await t.queue.enqueue(echo, { text: 'free' });
    await slow.begun;
    await t.until(free.id, 'completed');

    expect(await t.queue.get(next.id)).toMatchObject({ status: 'pending' });
    slow.end();

    await t.until(id, 'completed');
    await t.until(next.id, 'completed');
  });

  test('is cancelled within a second', WITHIN_A_SECOND, async () => {
    await using t = await openTestQueue();
    const slow = slowEcho();
    const parent = parentOf(t.queue);
    await t.worker({ handlers: [parent.handler, slow.handler], concurrency: 1 }).start();
    const { id } = await t.queue.enqueue(family, { children: ['slow'] });
    await slow.begun;

    const askedAt = performance.now();
    await t.queue.cancel(id);
    await t.until(id, 'cancelled');

    expect(performance.now() - askedAt).toBeLessThan(1_000);
    expect(parent.endings).toEqual([expect.any(CancelledError)]);
    slow.end();
    await t.until(await childOf(t), 'completed');
  });

  test('fails at its time limit, and runs again', async () => {
    await using t = await openTestQueue();
    const slow = slowEcho();
    await t.worker({ handlers: [parentOf(t.queue).handler, slow.handler], concurrency: 2 }).start();

    const options = { timeoutMs: 100, retry: { delayMs: 0 }, maxAttempts: 2 };
    const { id } = await t.queue.enqueue(family, { children: ['slow'] }, options);

    expect(await t.until(id, 'failed')).toMatchObject({
      attempt: 2,
      error: expect.stringContaining('100 ms'),
    });
    slow.end();
  });

  test('whose handler ignores that it is told to end counts as stuck, as any other', async () => {
    await using t = await openTestQueue();
    const gate = createGate();
    const parent = defineHandler(
      family,
      async ({ lendSlot }) => {
        await lendSlot(() => gate.pass());
        return { texts: [] };
      },
      { graceMs: 0 },
    );
    const worker = t.worker({ handlers: [parent, runEcho], concurrency: 2 });
    await worker.start();
    const { id } = await t.queue.enqueue(family, { children: [] });
    await gate.reached;

    await t.queue.cancel(id);
    await t.until(id, 'cancelled');

    expect(worker.health().checks['slots']).toContain('1 of 2');
    gate.open();
    await waitFor(() => worker.health().checks['slots'] === 'ok', { describe: 'its slot is free' });
  });

  test('that waits twice at once fails, and says why', async () => {
    await using t = await openTestQueue();
    const parent = defineHandler(
      family,
      async ({ lendSlot }) => {
        const wait = () => lendSlot(() => new Promise((resolve) => setTimeout(resolve, 20)));
        await Promise.all([wait(), wait()]);
        return { texts: [] };
      },
      { retry: { delayMs: 0 } },
    );
    const { id } = await t.queue.enqueue(family, { children: [] }, { maxAttempts: 1 });

    await t.worker({ handlers: [parent] }).processOne();

    expect(await t.queue.get(id)).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('in one lendSlot()'),
    });
  });

  test('has them run by processOne(), where no loop does', async () => {
    await using t = await openTestQueue();
    const worker = t.worker({ handlers: [parentOf(t.queue).handler, runEcho], concurrency: 1 });
    const { id } = await t.queue.enqueue(family, { children: ['a', 'b'] });

    expect(await worker.processOne()).toMatchObject({
      job_id: id,
      status: 'completed',
      result: { texts: ['a', 'b'] },
    });
  });
});

describe('a worker that stops', () => {
  test('hands back a job that only waits at once, no attempt spent; it goes on elsewhere', async () => {
    await using t = await openTestQueue();
    const slow = slowEcho();
    const parent = parentOf(t.queue);
    const first = t.worker({ handlers: [parent.handler, slow.handler], concurrency: 1 });
    await first.start();
    const { id } = await t.queue.enqueue(family, { children: ['slow'] });
    await slow.begun;

    const stopping = first.stop();
    await t.until(id, 'pending');
    expect(parent.endings).toEqual([expect.any(ShutdownError)]);
    await t.worker({ handlers: [parent.handler, slow.handler] }).start();
    // A key is free again once its job has ended, so the child must not end before it is found.
    await waitFor(() => parent.waits === 2, { describe: 'it runs again, and waits' });
    slow.end();
    await stopping;

    expect(await t.until(id, 'completed')).toMatchObject({ attempt: 1, result: { texts: ['slow'] } });
    expect(await t.sql`SELECT FROM orq.jobs`).toHaveLength(2);
  });

  test('hands back at once what begins to wait only then', async () => {
    await using t = await openTestQueue();
    const gate = createGate();
    const endings: string[] = [];
    const parent = defineHandler(family, async ({ input, signal, lendSlot }) => {
      const [name = ''] = input.children;
      if (name === 'late') await gate.pass();
      await lendSlot(async () => {
        while (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 5));
        endings.push(name);
        throw signal.reason;
      });
      return { texts: [] };
    });
    const worker = t.worker({ handlers: [parent] });
    await worker.start();
    const ids = await t.queue.enqueueMany(family, [{ children: ['early'] }, { children: ['late'] }]);
    await gate.reached;

    const stopping = worker.stop({ drainMs: 60_000 });
    await waitFor(() => endings.length === 1, { describe: 'the drain has begun' });
    gate.open();
    await stopping;

    expect(endings).toEqual(['early', 'late']);
    for (const id of ids) expect(await t.queue.get(id)).toMatchObject({ status: 'pending', attempt: 0 });
  });
});

test('when its worker is taken for dead, a job that waits runs again, and finds the jobs that it waited for', async () => {
  await using t = await openTestQueue();
  const slow = slowEcho();
  const parent = parentOf(t.queue);
  // First who knows the child's type: what no live worker knows fails at once.
  await t.worker({ handlers: [slow.handler], pollIntervalMs: 50 }).start();
  await t.worker({ handlers: [parent.handler], leaseMs: 60_000 }).start();
  const { id } = await t.queue.enqueue(family, { children: ['slow'] });
  await slow.begun;
  await t.worker({ handlers: [slow.handler, parent.handler], pollIntervalMs: 50 }).start();

  await t.sql`DELETE FROM orq.workers WHERE job_types = '{family}'`;
  await waitFor(() => parent.waits === 2, { describe: 'it runs again, and waits' });
  slow.end();

  expect(await t.until(id, 'completed')).toMatchObject({ attempt: 2, result: { texts: ['slow'] } });
  expect(await t.sql`SELECT FROM orq.jobs`).toHaveLength(2);
});
