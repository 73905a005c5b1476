import { describe, expect, test } from 'vitest';
import { defineHandler, type Effect, PermanentError } from '../src/index.ts';
import { createGate } from './support/gate.ts';
import { echo, openTestQueue, type TestQueue } from './support/test-queue.ts';

const write: Effect = (tx) => tx`INSERT INTO public.effects VALUES (1)`;

/** A handler that commits these effects, one set an attempt. */
const committing = (...attempts: Effect[][]) =>
  defineHandler(
    echo,
    async ({ job, input, commit }) => {
      for (const effect of attempts[job.attempt - 1] ?? []) commit(effect);
      return input;
    },
    { retry: { baseMs: 0 } },
  );

const fail =
  (error: unknown): Effect =>
  async () => {
    throw error;
  };

/** Has PostgreSQL fail with this SQLSTATE. */
const raise =
  (sqlState: string): Effect =>
  (tx) =>
    tx.unsafe(`DO $$ BEGIN RAISE EXCEPTION 'raised' USING ERRCODE = '${sqlState}'; END $$`);

async function openQueueWithEffects(): Promise<TestQueue> {
  const t = await openTestQueue();
  await t.sql`CREATE TABLE public.effects (n integer)`;
  return t;
}

const written = async (t: TestQueue) => (await t.sql`SELECT FROM public.effects`).length;

describe('an effect', () => {
  test('is written once, together with the completion', async () => {
    await using t = await openQueueWithEffects();
    const gate = createGate();
    const slow: Effect = async () => gate.pass();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    const processing = t.worker({ handlers: [committing([write, slow])] }).processOne();

    await gate.reached;
    expect(await t.queue.get(id)).toMatchObject({ status: 'processing' });
    expect(await written(t)).toBe(0);
    gate.open();

    expect(await processing).toMatchObject({ status: 'completed' });
    expect(await written(t)).toBe(1);
  });

  test('runs after the handler has returned, in the order of the calls', async () => {
    await using t = await openQueueWithEffects();
    const order: string[] = [];
    const note =
      (name: string): Effect =>
      async () =>
        order.push(name);
    const handler = defineHandler(echo, async ({ input, commit }) => {
      commit(note('first'));
      commit(note('second'));
      order.push('handler');
      return input;
    });
    await t.queue.enqueue(echo, { text: 'hello' });

    await t.worker({ handlers: [handler] }).processOne();

    expect(order).toEqual(['handler', 'first', 'second']);
  });

  test('may enqueue what comes next', async () => {
    await using t = await openQueueWithEffects();
    const next: Effect = (tx) => t.queue.enqueue(echo, { text: 'next' }, { tx });
    await t.queue.enqueue(echo, { text: 'first' });
    const worker = t.worker({ handlers: [committing([next])] });

    await worker.processOne();

    expect(await worker.processOne()).toMatchObject({ status: 'completed', result: { text: 'next' } });
  });

  test('may use a savepoint', async () => {
    await using t = await openQueueWithEffects();
    const tryTwice: Effect = async (tx) => {
      await tx.savepoint((inner) => inner`SELECT 1 / 0`).catch(() => undefined);
      await tx.savepoint('again', (inner) => [inner`INSERT INTO public.effects VALUES (1)`]);
    };
    await t.queue.enqueue(echo, { text: 'first' });

    const processed = await t.worker({ handlers: [committing([tryTwice])] }).processOne();

    expect(processed).toMatchObject({ status: 'completed' });
    expect(await written(t)).toBe(1);
  });
});

describe('an effect that throws', () => {
  test('undoes the others, and the attempt counts as failed', async () => {
    await using t = await openQueueWithEffects();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    const worker = t.worker({ handlers: [committing([write, fail(new Error('disk on fire'))], [write])] });

    expect(await worker.processOne()).toMatchObject({ status: 'retry', error: 'disk on fire' });
    expect(await written(t)).toBe(0);
    expect(await t.queue.get(id)).toMatchObject({ status: 'retry', attempt: 1, result: null });

    expect(await worker.processOne()).toMatchObject({ status: 'completed' });
    expect(await written(t)).toBe(1);
    expect(await t.failedAttempts(id)).toEqual([{ attempt: 1, outcome: 'failed', error: 'disk on fire' }]);
  });

  test('for good fails the job', async () => {
    await using t = await openQueueWithEffects();
    await t.queue.enqueue(echo, { text: 'hello' });
    const worker = t.worker({ handlers: [committing([fail(new PermanentError('never'))])] });

    expect(await worker.processOne()).toMatchObject({ status: 'failed', error: 'never' });
  });

  const noMail = Object.assign(new Error('no mail server'), { code: 'ECONNREFUSED' });
  const slow: Effect = async (tx) => {
    await tx`SET LOCAL statement_timeout = 20`;
    await tx`SELECT pg_sleep(10)`;
  };
  test.each<[string, Effect, RegExp]>([
    ['a service that is not there', fail(noMail), /no mail server/],
    ['a statement that takes too long', slow, /statement timeout/],
    ['a lock that another has', raise('55P03'), /raised/],
  ])('because of %s is no reason to wait for the database', async (_, effect, words) => {
    await using t = await openQueueWithEffects();
    await t.queue.enqueue(echo, { text: 'hello' });

    const processed = await t.worker({ handlers: [committing([effect])] }).processOne();

    expect(processed).toMatchObject({ status: 'retry', error: expect.stringMatching(words) });
  });

  test('because two were in each other’s way is written again, the handler does not run twice', async () => {
    await using t = await openQueueWithEffects();
    let times = 0;
    const conflict: Effect = async (tx) => {
      times += 1;
      if (times === 1) await raise('40P01')(tx);
      await write(tx);
    };
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });

    await t.worker({ handlers: [committing([conflict])] }).processOne();

    expect(await t.queue.get(id)).toMatchObject({ status: 'completed', attempt: 1 });
    expect(await written(t)).toBe(1);
    expect(times).toBe(2);
  });
});
