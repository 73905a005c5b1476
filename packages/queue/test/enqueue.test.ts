import { defineJob } from '@orq/contracts';
import { connect } from '@orq/db';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createQueue, defineHandler, PermanentError, type Queue } from '../src/index.ts';
import { echo, openTestQueue, runEcho } from './support/test-queue.ts';
import { transactionsOf } from './support/transactions.ts';

/** A value as a caller in plain JavaScript may bring it. */
const untyped = (value: object) => JSON.parse(JSON.stringify(value));

describe.each(Object.entries(transactionsOf))('a job enqueued in a transaction of %s', (_, inTransaction) => {
  test('is there once that commits, and not before', async () => {
    await using t = await openTestQueue();
    let id = '';
    let before: unknown;

    await inTransaction(t.url, async (tx) => {
      ({ id } = await t.queue.enqueue(echo, { text: 'hello' }, { tx, tags: ['a', 'b'] }));
      before = await t.queue.get(id);
    });

    expect(before).toBeNull();
    expect(await t.queue.get(id)).toMatchObject({ status: 'pending', tags: ['a', 'b'] });
    expect(await t.worker({ handlers: [runEcho] }).processOne()).toMatchObject({ result: { text: 'hello' } });
  });

  test('is not there when that rolls back', async () => {
    await using t = await openTestQueue();
    let id = '';

    const transaction = inTransaction(t.url, async (tx) => {
      ({ id } = await t.queue.enqueue(echo, { text: 'hello' }, { tx, uniqueKey: 'k' }));
      await t.queue.enqueueMany(echo, [{ text: 'one' }, { text: 'two' }], { tx });
      throw new Error('changed my mind');
    });

    await expect(transaction).rejects.toThrow('changed my mind');
    expect(await t.queue.get(id)).toBeNull();
    expect(await t.sql`SELECT FROM orq.jobs`).toHaveLength(0);
    expect(await t.sql`SELECT FROM orq.ready`).toHaveLength(0);
  });

  test('finds the job that holds its key', async () => {
    await using t = await openTestQueue();
    const first = await t.queue.enqueue(echo, { text: 'first' }, { uniqueKey: 'k' });

    await inTransaction(t.url, async (tx) => {
      const second = await t.queue.enqueue(echo, { text: 'second' }, { tx, uniqueKey: 'k' });
      expect(second).toEqual({ id: first.id, created: false });
    });
  });
});

test('a pool stands in for a transaction', async () => {
  await using t = await openTestQueue();
  const pool = new pg.Pool({ connectionString: t.url, max: 1 });

  const { id } = await t.queue.enqueue(echo, { text: 'hello' }, { tx: pool });
  await pool.end();

  expect(await t.queue.get(id)).toMatchObject({ status: 'pending' });
});

describe('enqueueMany', () => {
  test('keeps the order of its inputs', async () => {
    await using t = await openTestQueue();
    const inputs = Array.from({ length: 50 }, (_, index) => ({ text: String(index) }));
    const ran: string[] = [];
    const record = defineHandler(echo, async ({ job, input }) => {
      ran.push(job.id);
      return input;
    });

    const ids = await t.queue.enqueueMany(echo, inputs);
    await t.worker({ handlers: [record], concurrency: 1 }).start();
    await t.until(ids.at(-1) ?? '', 'completed');

    expect(ran).toEqual(ids);
    const results = await Promise.all(ids.map((id) => t.queue.get(id)));
    expect(results.map((job) => job?.result)).toEqual(inputs);
  });

  test('makes none when one does not fit the contract, and names it', async () => {
    await using t = await openTestQueue();
    const inputs = [{ text: 'fine' }, untyped({ text: 5 })];

    const enqueued = t.queue.enqueueMany(echo, inputs);

    await expect(enqueued).rejects.toMatchObject({ issues: [{ path: [1, 'text'] }] });
    expect(await t.sql`SELECT FROM orq.jobs`).toHaveLength(0);
  });

  test('of nothing makes nothing', async () => {
    await using t = await openTestQueue();

    expect(await t.queue.enqueueMany(echo, [])).toEqual([]);
  });

  test('refuses a key, which only one of them could have', async () => {
    await using t = await openTestQueue();
    const options = { priority: 0, uniqueKey: 'k' };

    const enqueued = t.queue.enqueueMany(echo, [{ text: 'one' }, { text: 'two' }], options);

    await expect(enqueued).rejects.toMatchObject({ issues: [{ keys: ['uniqueKey'] }] });
  });
});

describe('what could not run is refused at once, with the field:', () => {
  const bad = untyped({ text: 5 });
  const fine = { text: 'fine' };
  test.each([
    ['an input that does not fit the contract', bad, {}, ['text']],
    ['a NUL character in the input', { text: 'a\u0000b' }, {}, ['text']],
    ['half a surrogate pair in the input', { text: '\ud83d' }, {}, ['text']],
    ['a priority that is no small integer', fine, { priority: 40_000 }, ['priority']],
    ['a time that is none', fine, { runAt: new Date('nonsense') }, ['runAt']],
    ['a time after the year 9999', fine, { runAt: new Date(253_402_300_800_001) }, ['runAt']],
    ['no attempt at all', fine, { maxAttempts: 0 }, ['maxAttempts']],
    ['an empty queue name', fine, { queue: '' }, ['queue']],
    ['a NUL character in a tag', fine, { tags: ['ok', 'a\u0000'] }, ['tags', 1]],
    ['an empty key', fine, { uniqueKey: '' }, ['uniqueKey']],
  ])('%s', async (_, input, options, path) => {
    await using t = await openTestQueue();

    const enqueued = t.queue.enqueue(echo, input, options);

    await expect(enqueued).rejects.toMatchObject({ name: 'ZodError', issues: [{ path }] });
    expect(await t.sql`SELECT FROM orq.jobs`).toHaveLength(0);
  });

  test('an option that does not exist', async () => {
    await using t = await openTestQueue();
    const misspelt = { priority: 0, pirority: 1 };

    const enqueued = t.queue.enqueue(echo, { text: 'hello' }, misspelt);

    await expect(enqueued).rejects.toMatchObject({ issues: [{ keys: ['pirority'] }] });
  });

  test('a transaction of an unknown kind', async () => {
    await using t = await openTestQueue();

    const enqueued = t.queue.enqueue(echo, { text: 'hello' }, { tx: untyped({}) });

    await expect(enqueued).rejects.toThrow(/postgres\.js, drizzle-orm, or node-postgres/);
  });

  test('a number of retries below none', async () => {
    await using t = await openTestQueue();

    expect(() => createQueue({ sql: t.sql, maxRetries: -1 })).toThrow(z.ZodError);
  });
});

describe('a payload', () => {
  test('is parsed once, by the worker: defaults and transforms apply to what was given', async () => {
    await using t = await openTestQueue();
    const measure = defineJob({
      type: 'measure',
      input: z.object({
        text: z.string().transform((text) => text.length),
        unit: z.string().default('chars'),
      }),
      output: z.string(),
    });
    const run = defineHandler(measure, async ({ input }) => `${input.text} ${input.unit}`);

    await t.queue.enqueue(measure, { text: 'four' });

    expect(await t.worker({ handlers: [run] }).processOne()).toMatchObject({ result: '4 chars' });
  });

  test.each([
    ['null', null],
    ['text like an escaped NUL', 'a backslash and u0000: \\u0000'],
    ['an emoji', '🎬'],
    ['nested text of all sorts', { 'quote"': ["it's", '$1', '\n', { deep: [null, 1.5, false] }] }],
  ])('may be %s', async (_, value) => {
    await using t = await openTestQueue();
    const anything = defineJob({ type: 'anything', input: z.json(), output: z.json() });
    const run = defineHandler(anything, async ({ input }) => input);

    await t.queue.enqueue(anything, value);

    expect(await t.worker({ handlers: [run] }).processOne()).toMatchObject({
      status: 'completed',
      result: value,
    });
  });
});

describe('a unique key', () => {
  test('lets one of 20 that come at once be made, and tells all of them which', async () => {
    await using t = await openTestQueue();

    const all = await Promise.all(
      Array.from({ length: 20 }, (_, n) => t.queue.enqueue(echo, { text: String(n) }, { uniqueKey: 'k' })),
    );

    expect(all.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(await t.sql`SELECT FROM orq.ready`).toHaveLength(1);
  });

  test.each([
    ['completed', runEcho],
    [
      'failed',
      defineHandler(echo, async () => {
        throw new PermanentError('no');
      }),
    ],
  ] as const)('is free again once its job has %s', async (status, handler) => {
    await using t = await openTestQueue();
    const first = await t.queue.enqueue(echo, { text: 'first' }, { uniqueKey: 'k' });
    expect(await t.worker({ handlers: [handler] }).processOne()).toMatchObject({ status });

    const second = await t.queue.enqueue(echo, { text: 'second' }, { uniqueKey: 'k' });

    expect(second).toMatchObject({ created: true });
    expect(second.id).not.toBe(first.id);
  });

  test('is kept while its job runs, and through a retry', async () => {
    await using t = await openTestQueue();
    const { id } = await t.queue.enqueue(echo, { text: 'first' }, { uniqueKey: 'k' });
    const again = () => t.queue.enqueue(echo, { text: 'again' }, { uniqueKey: 'k' });
    const seen: unknown[] = [];
    const failsOnce = defineHandler(echo, async () => {
      seen.push(await again());
      throw new Error('not yet');
    });

    expect(await t.worker({ handlers: [failsOnce] }).processOne()).toMatchObject({ status: 'retry' });
    seen.push(await again());

    expect(seen).toEqual([
      { id, created: false },
      { id, created: false },
    ]);
  });

  test('is fought over by two processes in opposite order, and neither is in the other’s way', async () => {
    await using t = await openTestQueue();
    const clients = [1, 2].map(() => connect(t.url, { max: 3 }));
    const [one, two] = clients.map((sql) => createQueue({ sql }));
    const enqueue = (queue: Queue | undefined, uniqueKey: string) =>
      queue?.enqueue(echo, { text: uniqueKey }, { uniqueKey });

    for (let round = 1; round <= 20; round++) {
      const keys = Array.from({ length: 50 }, (_, n) => `${round} ${n}`);
      const all = await Promise.allSettled([
        ...keys.map((key) => enqueue(one, key)),
        ...keys.toReversed().map((key) => enqueue(two, key)),
      ]);
      expect(all.filter(({ status }) => status === 'rejected')).toEqual([]);
    }

    expect(await t.sql`SELECT FROM orq.jobs`).toHaveLength(20 * 50);
    await Promise.all(clients.map((sql) => sql.end()));
  });

  test('is the type’s own', async () => {
    await using t = await openTestQueue();
    const other = defineJob({ ...echo, type: 'other' });

    const [one, two] = [
      await t.queue.enqueue(echo, { text: 'one' }, { uniqueKey: 'k' }),
      await t.queue.enqueue(other, { text: 'two' }, { uniqueKey: 'k' }),
    ];

    expect([one.created, two.created]).toEqual([true, true]);
  });
});

describe('a job waits', () => {
  const inMs = (ms: number) => new Date(Date.now() + ms);

  test('until its time', async () => {
    await using t = await openTestQueue();
    const { id } = await t.queue.enqueue(echo, { text: 'later' }, { runAt: inMs(3_600_000) });
    const worker = t.worker({ handlers: [runEcho], pollIntervalMs: 50 });

    expect(await worker.processOne()).toMatchObject({ processed: false });
    expect(await t.queue.get(id)).toMatchObject({ status: 'pending' });

    await t.queue.reschedule(id, { runAt: inMs(400) });
    await worker.start();
    const { run_at, started_at } = await t.until(id, 'completed');
    expect(Date.parse(started_at ?? '')).toBeGreaterThanOrEqual(Date.parse(run_at));
  });

  test('for those of a lower priority number, and for those that came before it', async () => {
    await using t = await openTestQueue();
    const ran: string[] = [];
    const record = defineHandler(echo, async ({ input }) => {
      ran.push(input.text);
      return input;
    });
    await t.queue.enqueue(echo, { text: 'last' }, { priority: 10 });
    await t.queue.enqueue(echo, { text: 'second' });
    await t.queue.enqueue(echo, { text: 'third' });
    await t.queue.enqueue(echo, { text: 'first' }, { priority: -10 });
    const worker = t.worker({ handlers: [record] });

    while ((await worker.processOne()).processed);

    expect(ran).toEqual(['first', 'second', 'third', 'last']);
  });

  test('for a worker of its queue', async () => {
    await using t = await openTestQueue();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' }, { queue: 'videos' });
    const elsewhere = t.worker({ handlers: [runEcho] });
    const here = t.worker({ handlers: [runEcho], queues: ['mails', 'videos'] });

    expect(await elsewhere.processOne()).toMatchObject({ processed: false });
    expect(await here.processOne()).toMatchObject({ processed: true, job_id: id });
    expect(await t.queue.get(id)).toMatchObject({ queue: 'videos', status: 'completed' });
  });
});
