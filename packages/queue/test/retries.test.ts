import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineHandler, type Failure, RetryAtError, SnoozeError } from '../src/index.ts';
import { recordLog } from './support/recorded-log.ts';
import { echo, openTestQueue, type TestQueue } from './support/test-queue.ts';

/** How long after it ended a job may run again, in ms by the database's clock. */
async function dueInMs(t: TestQueue, id: string): Promise<number> {
  const [row] = await t.sql<{ ms: number }[]>`
    SELECT (extract(epoch FROM r.run_at - j.touched_at) * 1000)::float8 AS ms
    FROM orq.ready r JOIN orq.jobs j ON j.id = r.job_id AND j.run_at = r.run_at WHERE r.job_id = ${id}`;
  return row?.ms ?? Number.NaN;
}

const failing = (error: () => unknown, retry = {}) =>
  defineHandler(
    echo,
    () => {
      throw error();
    },
    retry,
  );

describe('a failed attempt is followed by another', () => {
  const inAMinute = (ms: number) => ms > 50_000 && ms <= 60_000;

  test('after the delay that its handler has fixed', async () => {
    await using t = await openTestQueue();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    const handler = failing(() => new Error('no luck'), { retry: { delayMs: 60_000 } });

    await t.worker({ handlers: [handler] }).processOne();

    expect(await dueInMs(t, id)).toSatisfy(inAMinute);
  });

  test('after the delay that a function gives, which is told of the failure', async () => {
    await using t = await openTestQueue();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    const failures: Failure[] = [];
    const retry = (failure: Failure) => {
      failures.push(failure);
      return 60_000;
    };
    const error = new Error('no luck');

    await t.worker({ handlers: [failing(() => error, { retry })] }).processOne();

    expect(await dueInMs(t, id)).toSatisfy(inAMinute);
    expect(failures).toEqual([{ attempt: 1, error, job: { id, type: 'echo' } }]);
  });

  test('by the default, with a line in the log, when that function fails', async () => {
    await using t = await openTestQueue();
    const { log, lines } = recordLog();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    const retry = () => Number.NaN;

    await t.worker({ handlers: [failing(() => new Error('no luck'), { retry })], log }).processOne();

    expect(await dueInMs(t, id)).toSatisfy((ms: number) => ms >= 1_000 && ms <= 2_000);
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'error', message: expect.stringContaining('retry') }),
    );
  });

  test.each(['enqueue', 'enqueueMany'] as const)('as the job says, which came by %s', async (way) => {
    await using t = await openTestQueue();
    const retry = { delayMs: 60_000 };
    const id =
      way === 'enqueue'
        ? (await t.queue.enqueue(echo, { text: 'hello' }, { retry })).id
        : (await t.queue.enqueueMany(echo, [{ text: 'hello' }], { retry }))[0];

    await t
      .worker({ handlers: [failing(() => new Error('no luck'), { retry: { delayMs: 0 } })] })
      .processOne();

    expect(await dueInMs(t, id ?? '')).toSatisfy(inAMinute);
  });

  test.each([
    ['so many ms', () => 60_000],
    ['a time', () => new Date(Date.now() + 60_000)],
  ])('when its handler says, as %s', async (_, at) => {
    await using t = await openTestQueue();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });

    await t
      .worker({ handlers: [failing(() => new RetryAtError(at(), 'the service asked for a minute'))] })
      .processOne();

    expect(await dueInMs(t, id)).toSatisfy(inAMinute);
    expect(await t.queue.get(id)).toMatchObject({
      status: 'retry',
      attempt: 1,
      error: 'the service asked for a minute',
    });
  });

  test('but not beyond its last', async () => {
    await using t = await openTestQueue();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' }, { maxAttempts: 1 });

    await t.worker({ handlers: [failing(() => new RetryAtError(1, 'later'))] }).processOne();

    expect(await t.queue.get(id)).toMatchObject({ status: 'failed', error: 'later' });
  });
});

describe('a job that is snoozed', () => {
  test.each([
    ['so many ms', () => 60_000],
    ['a time', () => new Date(Date.now() + 60_000)],
  ])('waits for %s, and has spent no attempt', async (_, until) => {
    await using t = await openTestQueue();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' }, { maxAttempts: 1 });

    const processed = await t.worker({ handlers: [failing(() => new SnoozeError(until()))] }).processOne();

    expect(processed).toMatchObject({ processed: true, status: 'pending' });
    expect(await dueInMs(t, id)).toSatisfy((ms: number) => ms > 50_000 && ms <= 60_000);
    expect(await t.queue.get(id)).toMatchObject({ status: 'pending', attempt: 0, error: null });
    expect(await t.failedAttempts(id)).toEqual([]);
  });

  test('runs again, as its first attempt, as often as it is snoozed', async () => {
    await using t = await openTestQueue();
    const attempts: number[] = [];
    const handler = defineHandler(echo, async ({ input, job }) => {
      attempts.push(job.attempt);
      if (attempts.length < 5) throw new SnoozeError(1);
      return input;
    });
    const { id } = await t.queue.enqueue(echo, { text: 'hello' }, { maxAttempts: 1 });

    await t.worker({ handlers: [handler], pollIntervalMs: 10 }).start();
    await t.until(id, 'completed');

    expect(attempts).toEqual([1, 1, 1, 1, 1]);
  });
});

test.each([-1, Number.NaN, 31 * 24 * 3_600_000, new Date(Number.NaN), new Date('+010000-01-01')])(
  'a time of %s is refused where it is given',
  (time) => {
    expect(() => new SnoozeError(time)).toThrow(RangeError);
    expect(() => new RetryAtError(time, 'later')).toThrow(RangeError);
  },
);

test.each([
  { retry: { delayMs: -1 } },
  { retry: { delayMs: 1, maxMs: 2 } },
  { timeoutMs: 0 },
  { timeoutMs: 2 ** 31 },
  { deadline: new Date(Number.NaN) },
  { concurrencyKey: '' },
  { concurrencyLimit: 0 },
])('a job with %o is refused where it is enqueued', async (options) => {
  await using t = await openTestQueue();

  await expect(t.queue.enqueue(echo, { text: 'hello' }, options)).rejects.toThrow(z.ZodError);
});
