import type { JobResource } from '@orq/contracts';
import { waitFor } from '@orq/testing';
import { describe, expect, test } from 'vitest';
import { DeadlineError, defineHandler, type HandlerOptions, TimeoutError } from '../src/index.ts';
import { createGate } from './support/gate.ts';
import { recordLog } from './support/recorded-log.ts';
import { echo, openTestQueue, runEcho } from './support/test-queue.ts';

/** Runs until its signal is aborted, and keeps the reason. */
function heedful(options: HandlerOptions = {}) {
  const reasons: unknown[] = [];
  const handler = defineHandler(
    echo,
    async ({ input, signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      reasons.push(signal.reason);
      return input;
    },
    options,
  );
  return { handler, reasons };
}

describe('an attempt that takes longer than its timeout', () => {
  test('is told to end, has failed, and is followed by another', async () => {
    await using t = await openTestQueue();
    const { handler, reasons } = heedful({ timeoutMs: 60, retry: { delayMs: 0 } });
    const { id } = await t.queue.enqueue(echo, { text: 'hello' }, { maxAttempts: 2 });

    await t.worker({ handlers: [handler] }).start();

    expect(await t.until(id, 'failed')).toMatchObject({
      attempt: 2,
      error: expect.stringContaining('60 ms'),
    });
    expect(reasons).toEqual([expect.any(TimeoutError), expect.any(TimeoutError)]);
    expect(await t.failedAttempts(id)).toMatchObject([{ outcome: 'failed' }, { outcome: 'failed' }]);
  });

  test('goes by what the job says, where it says it', async () => {
    await using t = await openTestQueue();
    const { handler } = heedful({ timeoutMs: 60_000 });
    const { id } = await t.queue.enqueue(echo, { text: 'hello' }, { timeoutMs: 50, maxAttempts: 1 });

    await t.worker({ handlers: [handler] }).start();

    expect(await t.until(id, 'failed')).toMatchObject({ error: expect.stringContaining('50 ms') });
  });
});

describe('a deadline', () => {
  test('ends what runs, for good', async () => {
    await using t = await openTestQueue();
    const { handler, reasons } = heedful();
    await t.worker({ handlers: [handler] }).start();

    // On a busy machine the deadline may come before the job has begun: that is another test's.
    let job: JobResource;
    do {
      const deadline = new Date(Date.now() + 300);
      const { id } = await t.queue.enqueue(echo, { text: 'hello' }, { deadline });
      job = await t.until(id, 'failed');
    } while (reasons.length === 0);

    expect(job).toMatchObject({ attempt: 1, error: expect.stringContaining('deadline') });
    expect(reasons).toEqual([expect.any(DeadlineError)]);
  });

  test('that has passed keeps the job from being begun', async () => {
    await using t = await openTestQueue();
    let begun = 0;
    const handler = defineHandler(echo, async ({ input }) => {
      begun += 1;
      return input;
    });
    const { id } = await t.queue.enqueue(echo, { text: 'hello' }, { deadline: new Date(Date.now() - 1) });

    await t.worker({ handlers: [handler] }).start();

    expect(await t.until(id, 'failed')).toMatchObject({
      error: expect.stringContaining('before the attempt'),
    });
    expect(begun).toBe(0);
  });

  test('that comes before the next attempt leaves the job failed with its last error', async () => {
    await using t = await openTestQueue();
    const handler = defineHandler(echo, () => Promise.reject(new Error('no luck')), {
      retry: { delayMs: 60_000 },
    });
    const { id } = await t.queue.enqueue(
      echo,
      { text: 'hello' },
      { deadline: new Date(Date.now() + 30_000) },
    );

    await t.worker({ handlers: [handler] }).start();

    expect(await t.until(id, 'failed')).toMatchObject({ attempt: 1, error: 'no luck' });
  });

  test('is kept by enqueueMany, and far ones by what a timer can hold', async () => {
    await using t = await openTestQueue();
    const deadline = new Date('2200-01-01');
    const [id = ''] = await t.queue.enqueueMany(echo, [{ text: 'hello' }], { deadline, timeoutMs: 5_000 });

    expect(await t.worker({ handlers: [runEcho] }).processOne()).toMatchObject({
      job_id: id,
      status: 'completed',
    });
  });
});

/** A handler that ends when its gate is opened, whatever its signal says. */
function openStubborn(options: HandlerOptions) {
  const gate = createGate();
  const stubborn = defineHandler(
    echo,
    async ({ input }) => {
      await gate.pass();
      return input;
    },
    options,
  );
  return { stubborn, gate };
}

describe('a handler that ignores its signal', () => {
  test('is left behind after its grace: its job is settled, its slot is stuck until it ends', async () => {
    await using t = await openTestQueue();
    const { log, lines } = recordLog();
    const gate = createGate();
    const late: string[] = [];
    const stubborn = defineHandler(
      echo,
      async ({ input, commit, progress }) => {
        if (input.text === 'quick') return input;
        await gate.pass();
        progress(0.5);
        commit((tx) => tx`CREATE TABLE public.effect ()`);
        late.push(input.text);
        return input;
      },
      { graceMs: 100 },
    );
    const worker = t.worker({ handlers: [stubborn], concurrency: 2, pollIntervalMs: 20, log });
    const { id } = await t.queue.enqueue(echo, { text: 'stubborn' });
    await worker.start();
    await gate.reached;

    await t.queue.cancel(id);
    await t.until(id, 'cancelled');
    await waitFor(() => worker.health().checks['slots'] !== 'ok', { describe: 'the slot counts as stuck' });
    const { id: next } = await t.queue.enqueue(echo, { text: 'quick' });
    await t.until(next, 'completed');

    expect(worker.health()).toMatchObject({
      status: 'ok',
      checks: { slots: expect.stringContaining('1 of 2') },
    });
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'error', job_id: id, message: expect.stringContaining('stuck') }),
    );

    gate.open();
    await waitFor(() => worker.health().checks['slots'] === 'ok', { describe: 'the slot is free again' });

    expect(late).toEqual(['stubborn']);
    expect(await t.queue.get(id)).toMatchObject({ status: 'cancelled', result: null, progress: null });
    expect(await t.sql`SELECT FROM pg_tables WHERE tablename = 'effect'`).toHaveLength(0);
  });

  test('keeps its one slot, and makes the worker unhealthy when there is no other', async () => {
    await using t = await openTestQueue();
    const { stubborn, gate } = openStubborn({ graceMs: 0, timeoutMs: 30 });
    const worker = t.worker({ handlers: [stubborn], concurrency: 1, pollIntervalMs: 20 });
    const { id } = await t.queue.enqueue(echo, { text: 'stubborn' }, { maxAttempts: 1 });
    const { id: next } = await t.queue.enqueue(echo, { text: 'next' }, { timeoutMs: 60_000 });
    await worker.start();

    await t.until(id, 'failed');
    await waitFor(() => worker.health().status === 'unhealthy', { describe: 'the worker is unhealthy' });
    expect(await t.queue.get(next)).toMatchObject({ status: 'pending' });
    gate.open();

    await t.until(next, 'completed');
    expect(worker.health().status).toBe('ok');
  });

  test('does not hold up a worker that stops', async () => {
    await using t = await openTestQueue();
    const { stubborn, gate } = openStubborn({ graceMs: 20, timeoutMs: 20 });
    const worker = t.worker({ handlers: [stubborn] });
    const { id } = await t.queue.enqueue(echo, { text: 'stubborn' }, { maxAttempts: 1 });
    await worker.start();
    await t.until(id, 'failed');

    const before = performance.now();
    await worker.stop({ drainMs: 60_000 });

    expect(performance.now() - before).toBeLessThan(20_000);
    gate.open();
  });
});
