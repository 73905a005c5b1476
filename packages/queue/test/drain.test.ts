import { describe, expect, test } from 'vitest';
import { defineHandler } from '../src/index.ts';
import { createGate } from './support/gate.ts';
import { recordLog } from './support/recorded-log.ts';
import { refuse } from './support/refuse.ts';
import { echo, openTestQueue, runEcho, type TestQueue } from './support/test-queue.ts';

/** Says when it has begun, and ends when it is told to. */
function heedful(reaction: 'throws' | 'throws late' | 'returns') {
  const gate = createGate();
  const handler = defineHandler(echo, async ({ input, signal }) => {
    void gate.pass();
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    if (reaction === 'throws late') await new Promise((resolve) => setTimeout(resolve, 200));
    if (reaction !== 'returns') throw signal.reason;
    return input;
  });
  return { handler, begun: gate.reached };
}

describe('stop()', () => {
  test('lets running jobs end, and claims no more', async () => {
    await using t = await openTestQueue();
    const gate = createGate();
    const wait = defineHandler(echo, async ({ input }) => {
      await gate.pass();
      return input;
    });
    const running = await t.queue.enqueue(echo, { text: 'running' });
    const waiting = await t.queue.enqueue(echo, { text: 'waiting' });
    const worker = t.worker({ handlers: [wait], concurrency: 1, pollIntervalMs: 20 });
    await worker.start();
    await gate.reached;

    const stopping = worker.stop();
    gate.open();
    await stopping;

    expect(await t.queue.get(running.id)).toMatchObject({ status: 'completed' });
    expect(await t.queue.get(waiting.id)).toMatchObject({ status: 'pending' });
    await expectNothingHeld(t);
  });

  test.each(['throws', 'throws late'] as const)(
    'hands back a job whose handler heeds the signal and %s, no attempt spent',
    async (reaction) => {
      await using t = await openTestQueue();
      const { handler, begun } = heedful(reaction);
      const { id } = await t.queue.enqueue(echo, { text: 'hello' });
      const worker = t.worker({ handlers: [handler] });
      await worker.start();
      await begun;

      await worker.stop({ drainMs: 0 });

      expect(await t.queue.get(id)).toMatchObject({ status: 'pending', attempt: 0, error: null });
      expect(await t.failedAttempts(id)).toEqual([]);
      await expectNothingHeld(t);
      expect(await t.worker({ handlers: [runEcho] }).processOne()).toMatchObject({
        job_id: id,
        status: 'completed',
      });
    },
  );

  test('completes a job whose handler heeds the signal and returns', async () => {
    await using t = await openTestQueue();
    const { handler, begun } = heedful('returns');
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    const worker = t.worker({ handlers: [handler] });
    await worker.start();
    await begun;

    await worker.stop({ drainMs: 0 });

    expect(await t.queue.get(id)).toMatchObject({ status: 'completed', attempt: 1 });
  });

  test('hands back a job whose handler ignores the signal, and fences it', async () => {
    await using t = await openTestQueue();
    await t.sql`CREATE TABLE public.effects (by text)`;
    const { log, lines } = recordLog();
    const gate = createGate();
    const stubborn = defineHandler(echo, async ({ commit }) => {
      commit((tx) => tx`INSERT INTO public.effects VALUES ('stubborn')`);
      await gate.pass();
      return { text: 'stubborn' };
    });
    const { id } = await t.queue.enqueue(echo, { text: 'patient' });
    const worker = t.worker({ handlers: [stubborn], log });
    const processing = worker.processOne();
    await gate.reached;

    await worker.stop({ drainMs: 0 });
    expect(await t.queue.get(id)).toMatchObject({ status: 'pending', attempt: 0 });
    expect(await t.worker({ handlers: [runEcho] }).processOne()).toMatchObject({
      result: { text: 'patient' },
    });
    gate.open();
    await processing;

    expect(lines).toContainEqual(expect.objectContaining({ job_id: id, message: 'job lost' }));
    expect(await t.queue.get(id)).toMatchObject({
      status: 'completed',
      attempt: 1,
      result: { text: 'patient' },
    });
    expect(await t.sql`SELECT FROM public.effects`).toHaveLength(0);
  });

  test('hands back a retry as a retry', async () => {
    await using t = await openTestQueue();
    const { handler, begun } = heedful('throws');
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    const failing = defineHandler(echo, async () => Promise.reject(new Error('no luck')), {
      retry: { baseMs: 0 },
    });
    await t.worker({ handlers: [failing] }).processOne();
    const worker = t.worker({ handlers: [handler] });
    await worker.start();
    await begun;

    await worker.stop({ drainMs: 0 });

    expect(await t.queue.get(id)).toMatchObject({ status: 'retry', attempt: 1, error: 'no luck' });
  });

  test('may be called twice, and before anything has begun', async () => {
    await using t = await openTestQueue();
    const worker = t.worker({ handlers: [runEcho] });
    const starting = worker.start();

    await Promise.all([worker.stop(), worker.stop(), starting]);

    await expect(worker.start()).rejects.toThrow('has been stopped');
    await expectNothingHeld(t);
  });

  test('leaves a job that it could not hand back to the lease, not to no one', async () => {
    await using t = await openTestQueue();
    const gate = createGate();
    const stuck = defineHandler(echo, async ({ input }) => {
      await gate.pass();
      return input;
    });
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    const worker = t.worker({ handlers: [stuck], leaseMs: 300 });
    await worker.start();
    await gate.reached;
    const allow = await refuse(t.sql, 'INSERT', 'ready');

    await worker.stop({ drainMs: 0 });
    await allow();
    await t.worker({ handlers: [runEcho], pollIntervalMs: 50 }).start();

    expect(await t.until(id, 'completed')).toMatchObject({ attempt: 2 });
    gate.open();
  });
});

async function expectNothingHeld(t: TestQueue): Promise<void> {
  expect(await t.sql`SELECT FROM orq.claims`).toHaveLength(0);
  expect(await t.sql`SELECT FROM orq.workers`).toHaveLength(0);
}
