import { defineJob } from '@orq/contracts';
import { waitFor } from '@orq/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineHandler, PermanentError } from '../src/index.ts';
import { recordLog } from './support/recorded-log.ts';
import { refuse } from './support/refuse.ts';
import { echo, openTestQueue, runEcho } from './support/test-queue.ts';

const NO_JOB = { processed: false, message: 'No pending jobs in queue' };
const AT_ONCE = { retry: { baseMs: 0 } };

describe('a job', () => {
  test('is processed from the queue end to end', async () => {
    await using t = await openTestQueue();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });

    await t.worker({ handlers: [runEcho] }).start();

    expect(await t.until(id, 'completed')).toMatchObject({
      status: 'completed',
      attempt: 1,
      progress: 1,
      result: { text: 'hello' },
      error: null,
      worker_id: expect.any(String),
      finished_at: expect.any(String),
    });
  });

  test('that is completed is never run again', async () => {
    await using t = await openTestQueue();
    let runs = 0;
    const count = defineHandler(echo, async ({ input }) => {
      runs += 1;
      return input;
    });
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });

    expect(await t.worker({ handlers: [count] }).processOne()).toMatchObject({ status: 'completed' });
    expect(await t.worker({ handlers: [count] }).processOne()).toEqual(NO_JOB);

    expect(runs).toBe(1);
    expect(await t.sql`SELECT FROM orq.ready`).toHaveLength(0);
    expect(await t.failedAttempts(id)).toEqual([]);
  });

  test('of an unknown type fails, and says so', async () => {
    await using t = await openTestQueue();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });

    const processed = await t.worker({ handlers: [] }).processOne();

    expect(processed).toMatchObject({ processed: true, status: 'failed' });
    expect((await t.queue.get(id))?.error).toMatch(/Unknown job_type "echo"/);
    expect(await t.failedAttempts(id)).toHaveLength(1);
  });

  test('carries its id, type and attempt in every line of its log', async () => {
    await using t = await openTestQueue();
    const { log, lines } = recordLog();
    const talk = defineHandler(echo, async ({ input, log: jobLog }) => {
      jobLog.info({ detail: 7 }, 'half way');
      return input;
    });
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });

    await t.worker({ handlers: [talk], log }).processOne();

    const context = { job_id: id, job_type: 'echo', attempt: 1 };
    expect(lines.filter((line) => line['job_id'] === id)).toEqual([
      { ...context, level: 'info', message: 'job started', max_attempts: 4 },
      { ...context, level: 'info', message: 'half way', detail: 7 },
      expect.objectContaining({ ...context, level: 'info', message: 'job completed', status: 'completed' }),
    ]);
  });

  test('shows how far it has come, while it runs', async () => {
    await using t = await openTestQueue();
    let seen: number | null | undefined = null;
    const half = defineHandler(echo, async ({ job, input, progress }) => {
      progress(0.5);
      progress(Number.NaN);
      await waitFor(async () => (seen = (await t.queue.get(job.id))?.progress), { describe: 'progress' });
      return input;
    });
    await t.queue.enqueue(echo, { text: 'hello' });

    await t.worker({ handlers: [half] }).processOne();

    expect(seen).toBe(0.5);
  });

  test('stays with its worker when its outcome cannot be written, until that stops', async () => {
    await using t = await openTestQueue();
    const { log, lines } = recordLog();
    const fail = defineHandler(echo, async () => Promise.reject(new Error('no luck')));
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    await refuse(t.sql, 'INSERT', 'job_attempts');
    const worker = t.worker({ handlers: [fail], log });

    expect(await worker.processOne()).toMatchObject({ status: 'processing', error: 'refused' });
    expect(await worker.processOne()).toEqual(NO_JOB);
    expect(await t.queue.get(id)).toMatchObject({ status: 'processing' });
    await worker.stop();

    expect(await t.queue.get(id)).toMatchObject({ status: 'pending', attempt: 0 });
    expect(lines).toContainEqual(expect.objectContaining({ job_id: id, message: 'job unsettled' }));
  });
});

describe('a job whose handler throws', () => {
  test('is tried three times more, and then is failed', async () => {
    await using t = await openTestQueue();
    const fail = defineHandler(
      echo,
      async ({ job }) => {
        throw new Error(`no luck in attempt ${job.attempt} of ${job.maxAttempts}`);
      },
      AT_ONCE,
    );
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    const worker = t.worker({ handlers: [fail] });

    const statuses = [];
    for (let n = 1; n <= 4; n++) {
      const processed = await worker.processOne();
      if (processed.processed) statuses.push(processed.status);
    }

    expect(statuses).toEqual(['retry', 'retry', 'retry', 'failed']);
    expect(await worker.processOne()).toEqual(NO_JOB);
    expect(await t.queue.get(id)).toMatchObject({ attempt: 4, error: 'no luck in attempt 4 of 4' });
    expect(await t.failedAttempts(id)).toEqual(
      [1, 2, 3, 4].map((attempt) => ({
        attempt,
        outcome: 'failed',
        error: `no luck in attempt ${attempt} of 4`,
      })),
    );
  });

  test('waits longer after each failure', async () => {
    await using t = await openTestQueue();
    const fail = defineHandler(echo, async () => Promise.reject(new Error('no luck')), {
      retry: { baseMs: 10_000 },
    });
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    const worker = t.worker({ handlers: [fail] });

    const waits: number[] = [];
    for (let n = 1; n <= 3; n++) {
      await worker.processOne();
      waits.push(await secondsUntilRun(id));
      await makeDue(id);
    }

    const [first = 0, second = 0, third = 0] = waits;
    expect(first).toBeGreaterThanOrEqual(5);
    expect(first).toBeLessThanOrEqual(10);
    expect(second).toBeGreaterThanOrEqual(10);
    expect(second).toBeLessThanOrEqual(20);
    expect(third).toBeGreaterThanOrEqual(20);
    expect(third).toBeLessThanOrEqual(40);

    async function secondsUntilRun(jobId: string): Promise<number> {
      const [row] = await t.sql<{ seconds: number }[]>`
        SELECT extract(epoch FROM run_at - updated_at)::float AS seconds FROM orq.job_status
        WHERE id = ${jobId} AND status = 'retry'`;
      return row?.seconds ?? Number.NaN;
    }

    async function makeDue(jobId: string): Promise<void> {
      await t.sql`
        WITH job AS (UPDATE orq.jobs SET run_at = now() WHERE id = ${jobId})
        UPDATE orq.ready SET run_at = now() WHERE job_id = ${jobId}`;
    }
  });

  test('may succeed at the next attempt', async () => {
    await using t = await openTestQueue();
    const failsOnce = defineHandler(
      echo,
      async ({ job, input }) => {
        if (job.attempt === 1) throw new Error('not yet');
        return input;
      },
      AT_ONCE,
    );
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });

    await t.worker({ handlers: [failsOnce], pollIntervalMs: 20 }).start();

    expect(await t.until(id, 'completed')).toMatchObject({ attempt: 2, error: null });
    expect(await t.failedAttempts(id)).toEqual([{ attempt: 1, outcome: 'failed', error: 'not yet' }]);
  });

  test('is tried as often as it says itself', async () => {
    await using t = await openTestQueue({ maxRetries: 7 });
    const fail = defineHandler(echo, async () => Promise.reject(new Error('no luck')), AT_ONCE);
    const once = await t.queue.enqueue(echo, { text: 'once' }, { maxAttempts: 1 });
    const often = await t.queue.enqueue(echo, { text: 'often' });
    const worker = t.worker({ handlers: [fail] });

    await worker.processOne();

    expect(await t.queue.get(once.id)).toMatchObject({ status: 'failed', attempt: 1 });
    expect(await t.queue.get(often.id)).toMatchObject({ max_attempts: 8 });
  });

  test('for good is not tried again', async () => {
    await using t = await openTestQueue();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    const hopeless = defineHandler(echo, async () => {
      throw new PermanentError('no retry helps here');
    });
    const worker = t.worker({ handlers: [hopeless] });

    await worker.processOne();
    const second = await worker.processOne();

    expect(second).toEqual(NO_JOB);
    expect(await t.queue.get(id)).toMatchObject({
      status: 'failed',
      attempt: 1,
      error: 'no retry helps here',
    });
  });

  const wordless = {
    toString() {
      throw new Error('no words');
    },
  };
  test.each<[string, unknown, string | RegExp]>([
    ['a string', 'just words', 'just words'],
    ['undefined', undefined, 'undefined'],
    ['an error with causes', nested('outer', nested('middle', new Error('inner'))), 'outer: middle: inner'],
    ['several errors at once', new AggregateError([new Error('one'), new Error('two')]), 'one; two'],
    ['a NUL character', new Error('a\u0000b'), 'ab'],
    ['an error without words', new TypeError(), 'TypeError'],
    ['an object without a string form', Object.create(null), /cannot be put into words/],
    ['an object that refuses to be a string', wordless, /cannot be put into words/],
    ['an error whose message is a number', Object.assign(new Error(), { message: 42 }), '42'],
    ['a book', new Error('x'.repeat(100_000)), /^x{3999}…$/],
  ])('%s, keeps that in words', async (_, thrown, words) => {
    await using t = await openTestQueue();
    const fail = defineHandler(echo, async () => {
      throw thrown;
    });
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });

    await t.worker({ handlers: [fail] }).processOne();

    const expected = typeof words === 'string' ? words : expect.stringMatching(words);
    expect(await t.queue.get(id)).toMatchObject({ status: 'retry', attempt: 1, error: expected });
    expect(await t.failedAttempts(id)).toEqual([{ attempt: 1, outcome: 'failed', error: expected }]);
  });

  function nested(message: string, cause: unknown): Error {
    return new Error(message, { cause });
  }
});

describe('a handler', () => {
  test('may throw, or give its result, without ever waiting', async () => {
    await using t = await openTestQueue();
    const abrupt = defineHandler(echo, ({ input }) => {
      if (input.text === 'bad') throw new Error('at once');
      return Promise.resolve(input);
    });
    const good = await t.queue.enqueue(echo, { text: 'good' });
    const bad = await t.queue.enqueue(echo, { text: 'bad' });
    const worker = t.worker({ handlers: [abrupt] });

    await worker.processOne();
    await worker.processOne();

    expect(await t.queue.get(good.id)).toMatchObject({ status: 'completed' });
    expect(await t.queue.get(bad.id)).toMatchObject({ status: 'retry', error: 'at once' });
  });

  test('that reports or commits once it has ended does nothing more to its job', async () => {
    await using t = await openTestQueue();
    const { log, lines } = recordLog();
    await t.sql`CREATE TABLE public.effects (n integer)`;
    let afterwards = (): void => undefined;
    const hasty = defineHandler(echo, async ({ input, progress, commit }) => {
      afterwards = () => {
        progress(0.1);
        commit((tx) => tx`INSERT INTO public.effects VALUES (1)`);
      };
      return input;
    });
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });

    await t.worker({ handlers: [hasty], log }).processOne();
    afterwards();

    expect(lines).toContainEqual(
      expect.objectContaining({ job_id: id, level: 'error', message: expect.stringContaining('commit()') }),
    );
    expect(await t.sql`SELECT FROM public.effects`).toHaveLength(0);
    expect(await t.queue.get(id)).toMatchObject({ status: 'completed', progress: 1 });
  });
});

describe('what does not fit its contract fails at once, with the field:', () => {
  test('a payload', async () => {
    await using t = await openTestQueue();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    await t.sql`UPDATE orq.jobs SET payload = '{"text": 5}' WHERE id = ${id}`;

    expect(await t.worker({ handlers: [runEcho] }).processOne()).toMatchObject({ status: 'failed' });

    const error = expect.stringMatching(/^The payload does not fit the contract: .*string.*at text/s);
    expect(await t.queue.get(id)).toMatchObject({ status: 'failed', attempt: 1, error });
  });

  test.each([
    ['a result', { text: 5 }, /string.*at text/s],
    ['a result with a NUL character', { text: 'a\u0000b' }, /NUL.*at text/s],
    ['a result with half a surrogate pair', { text: '\udc00' }, /surrogate.*at text/s],
    ['no result', undefined, /undefined/],
  ])('%s', async (_, output, words) => {
    await using t = await openTestQueue();
    const loose = defineJob({ ...echo, output: z.any() });
    const strict = { ...defineHandler(loose, async () => output), serialize: runEcho.serialize };
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });

    await t.worker({ handlers: [strict] }).processOne();

    const { error, ...job } = (await t.queue.get(id)) ?? {};
    expect(job).toMatchObject({ status: 'failed', attempt: 1, result: null });
    expect(error).toMatch(/^The result does not fit the contract/);
    expect(error).toMatch(words);
  });
});

test('an unknown type that someone has written into the table fails at once', async () => {
  await using t = await openTestQueue();
  const { id } = await t.queue.enqueue(echo, { text: 'hello' });
  await t.sql`UPDATE orq.jobs SET job_type = 'no_such' WHERE id = ${id}`;

  expect(await t.worker({ handlers: [runEcho] }).processOne()).toMatchObject({ status: 'failed' });

  expect(await t.failedAttempts(id)).toEqual([
    { attempt: 1, outcome: 'failed', error: expect.stringContaining('Unknown job_type "no_such"') },
  ]);
});

test('statements that are prepared already survive a new column', async () => {
  await using t = await openTestQueue({ spoils: true });
  const worker = t.worker({ handlers: [runEcho] });
  const process = async () => {
    await t.queue.enqueue(echo, { text: 'hello' });
    return worker.processOne();
  };
  await process();

  await t.sql`ALTER TABLE orq.jobs ADD COLUMN of_a_later_version integer NOT NULL DEFAULT 1`;

  expect(await process()).toMatchObject({ status: 'completed' });
});
