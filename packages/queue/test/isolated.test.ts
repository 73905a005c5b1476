import { defineJob } from '@orq/contracts';
import { spawnProcess, waitFor } from '@orq/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { EnqueueOptions, WorkerOptions } from '../src/index.ts';
import { isolatedHandler } from '../src/isolated/index.ts';
import { act } from './support/act.ts';
import { type RecordedLog, recordLog } from './support/recorded-log.ts';
import { echo, openTestQueue, runEcho, type TestQueue } from './support/test-queue.ts';

const ACTS = new URL('./isolated/acts.js', import.meta.url);
const GRACE_MS = 300;
const LIMIT_MS = 1_500;
/** For a machine that has other things to do. */
const SLACK_MS = 10_000;

const runActs = isolatedHandler(act, ACTS, { graceMs: GRACE_MS });

/** A worker with one slot, started, and its log. */
async function startWorker(t: TestQueue, options: Partial<WorkerOptions> = {}) {
  const { log, lines } = recordLog();
  const worker = t.worker({ handlers: [runActs, runEcho], concurrency: 1, log, ...options });
  await worker.start();
  return { worker, lines };
}

/** Works one job that behaves like this, once. @returns its id */
async function perform(t: TestQueue, how: string, handler = runActs): Promise<string> {
  const { id } = await t.queue.enqueue(act, { how });
  await t.worker({ handlers: [handler] }).processOne();
  return id;
}

const said = (lines: RecordedLog['lines'], message: string) =>
  waitFor(() => lines.find((line) => line.message === message), { describe: `"${message}" was logged` });

/**
 * Enqueues endless loops until one has begun before its time was over: a busy machine may take longer to start a thread.
 *
 * @returns its id
 */
async function beginLoop(t: TestQueue, lines: RecordedLog['lines'], options: () => EnqueueOptions) {
  for (;;) {
    const { id } = await t.queue.enqueue(act, { how: 'loop' }, options());
    const hasBegun = () => lines.some((line) => line['job_id'] === id && line.message === 'looping');
    await waitFor(async () => hasBegun() || (await t.queue.get(id))?.finished_at, {
      describe: 'the loop has begun, or its time is over',
    });
    if (hasBegun()) return id;
  }
}

describe('an isolated handler', () => {
  test('gives its result, its progress and its log, and writes with its completion', async () => {
    await using t = await openTestQueue();
    await t.sql`CREATE TABLE public.effects (text text, given text, attempt int)`;
    const handler = isolatedHandler(act, ACTS, {
      commit: (tx, { input, output, job }) =>
        tx`INSERT INTO public.effects VALUES (${output.text}, ${input.text}, ${job.attempt})`,
    });
    const { id } = await t.queue.enqueue(act, { how: 'report', text: 'hello' });

    await startWorker(t, { handlers: [handler] });
    await waitFor(async () => (await t.queue.get(id))?.progress === 0.75, {
      describe: 'its progress is seen',
    });
    const channel = new BroadcastChannel('progress is seen');
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
    channel.postMessage('now end');
    channel.close();

    expect(await t.until(id, 'completed')).toMatchObject({
      result: { text: 'HELLO from attempt 1' },
      attempt: 1,
    });
    expect(await t.sql`SELECT * FROM public.effects`).toEqual([
      { text: 'HELLO from attempt 1', given: 'HELLO', attempt: 1 },
    ]);
    expect(await t.queue.logs(id)).toMatchObject([
      { level: 'info', message: 'half way', fields: { part: 2, big: '10' } },
      { level: 'warn', fields: { not_kept: expect.stringContaining('could not be cloned') } },
    ]);
  });

  test('may be written in TypeScript', async () => {
    await using t = await openTestQueue();
    const typed = isolatedHandler(act, new URL('./isolated/typed.ts', import.meta.url));

    const done = await perform(t, 'work', typed);
    const failed = await perform(t, 'fail', typed);

    expect(await t.queue.get(done)).toMatchObject({ result: { text: 'typed.ts', pid: process.pid } });
    expect(await t.queue.get(failed)).toMatchObject({
      status: 'failed',
      attempt: 1,
      error: 'this is hopeless',
    });
  });

  test('means the built file where there is no other', async () => {
    await using t = await openTestQueue();

    const id = await perform(t, 'linger', isolatedHandler(act, ACTS.href.replace(/js$/, 'ts')));

    expect(await t.queue.get(id)).toMatchObject({ status: 'completed' });
  });

  test('is ended with its run, whatever it has left behind', async () => {
    await using t = await openTestQueue();
    const before = performance.now();

    const id = await perform(t, 'linger');

    expect(await t.queue.get(id)).toMatchObject({ status: 'completed', result: { text: 'HELLO' } });
    expect(performance.now() - before).toBeLessThan(SLACK_MS);
  });

  test('hears that it is to end, and why', async () => {
    await using t = await openTestQueue();
    const { lines } = await startWorker(t, { handlers: [isolatedHandler(act, ACTS, { graceMs: 60_000 })] });
    const { id } = await t.queue.enqueue(act, { how: 'obey' });
    await said(lines, 'waiting');

    await t.queue.cancel(id);

    await t.until(id, 'cancelled');
    expect(await said(lines, 'told to end')).toMatchObject({
      reason: 'CancelledError',
      words: 'The job was cancelled while it ran',
    });
  });
});

describe.concurrent('an endless loop in an isolated handler', () => {
  test.each([
    ['a cancel', () => ({}), 'cancelled', /cancelled/],
    ['its timeout', () => ({ timeoutMs: LIMIT_MS, maxAttempts: 1 }), 'failed', /timeout of 1500 ms/],
    ['its deadline', () => ({ deadline: new Date(Date.now() + LIMIT_MS) }), 'failed', /deadline/],
  ] as const)('is ended by %s, and its slot is free again', async (what, options, status, error) => {
    await using t = await openTestQueue();
    const { worker, lines } = await startWorker(t);
    const id = await beginLoop(t, lines, options);

    const before = performance.now();
    if (what === 'a cancel') await t.queue.cancel(id);
    const job = await t.until(id, status);

    const { id: next } = await t.queue.enqueue(echo, { text: 'next' });
    await t.until(next, 'completed');
    expect(job.error).toMatch(error);
    expect(performance.now() - before).toBeLessThan(LIMIT_MS + GRACE_MS + SLACK_MS);
    expect(worker.health().status).toBe('ok');
    expect(lines.filter(({ message }) => message.includes('stuck'))).toEqual([]);
  });

  test('is ended as its worker stops, before its job is handed back', async () => {
    await using t = await openTestQueue();
    const { worker, lines } = await startWorker(t, {
      handlers: [isolatedHandler(act, ACTS, { graceMs: 60_000 })],
    });
    const { id } = await t.queue.enqueue(act, { how: 'loop' });
    await said(lines, 'looping');

    await worker.stop({ drainMs: 100 });

    expect(await t.queue.get(id)).toMatchObject({ status: 'pending', attempt: 0 });
    expect(lines).toContainEqual(expect.objectContaining({ message: 'job released', job_id: id }));
  });
});

test('a process that stops during an endless loop ends by itself: no thread is left', async () => {
  await using t = await openTestQueue();
  const process = spawnProcess(new URL('./processes/isolating-worker.ts', import.meta.url), {
    env: { DATABASE_URL: t.url },
  });
  await process.waitForOutput('working');
  const { id: done } = await t.queue.enqueue(act, { how: 'work' });
  expect(await t.until(done, 'completed')).toMatchObject({ result: { text: 'typed.ts', pid: process.pid } });
  const { id } = await t.queue.enqueue(act, { how: 'loop' });
  await process.waitForOutput('looping');

  const exit = await process.kill('SIGTERM');

  expect(process.output()).toContain('stopped');
  expect(exit).toEqual({ code: 0, signal: null });
  expect(await t.queue.get(id)).toMatchObject({ status: 'pending', attempt: 0 });
});

describe('what is thrown in an isolated handler', () => {
  test('comes back with its message and its causes', async () => {
    await using t = await openTestQueue();

    const id = await perform(t, 'fail');
    const many = await perform(t, 'failManyTimes');
    const nothing = await perform(t, 'throwNothing');

    expect(await t.queue.get(id)).toMatchObject({
      status: 'retry',
      attempt: 1,
      error: 'no luck: rust: rain',
    });
    expect((await t.queue.get(many))?.error).toBe('Error: no route; Error: no name');
    expect(await t.queue.get(nothing)).toMatchObject({ status: 'retry', error: 'undefined' });
  });

  test('keeps its name, its code and its stack for a retry function', async () => {
    await using t = await openTestQueue();
    let seen: unknown;
    const handler = isolatedHandler(act, ACTS, {
      retry: ({ error }) => {
        seen = error;
        return 0;
      },
    });

    await perform(t, 'fail', handler);

    expect(seen).toBeInstanceOf(Error);
    expect(seen).toMatchObject({ name: 'TypeError', stack: expect.stringContaining('acts.js') });
  });

  test('means for good, not yet, or at that time, as it does anywhere', async () => {
    await using t = await openTestQueue();

    const forGood = await perform(t, 'failForGood');
    const snoozed = await perform(t, 'snooze');
    const later = await perform(t, 'retryAt');

    const error = 'there is no such file: ENOENT';
    expect(await t.queue.get(forGood)).toMatchObject({ status: 'failed', attempt: 1, error });
    expect(await t.queue.get(snoozed)).toMatchObject({ status: 'pending', attempt: 0 });
    expect(await t.queue.get(later)).toMatchObject({ status: 'retry', run_at: '2100-01-01T00:00:00.000Z' });
  });
});

describe('what ends an isolated handler’s thread', () => {
  test.each([
    ['eat', /ran out of memory.*memoryMb/],
    ['exit', /exit code 3.*process\.exit/],
    ['fault', /nothing caught.*thrown by a timer/],
  ])('fails its attempt, and no more: %s', async (how, error) => {
    await using t = await openTestQueue();
    const { worker } = await startWorker(t, {
      handlers: [isolatedHandler(act, ACTS, { memoryMb: 16 }), runEcho],
    });
    const { id } = await t.queue.enqueue(act, { how }, { maxAttempts: 1 });

    expect((await t.until(id, 'failed')).error).toMatch(error);

    const { id: next } = await t.queue.enqueue(echo, { text: 'next' });
    await t.until(next, 'completed');
    expect(worker.health().status).toBe('ok');
    if (how === 'exit') expect(await t.queue.logs(id)).toMatchObject([{ message: 'the last words' }]);
  });
});

describe('an isolated handler fails for good', () => {
  test.each([
    ['is not there', './isolated/nowhere.js', /cannot be loaded: file:.*nowhere\.js/],
    [
      'has no function',
      './isolated/no-default.js',
      /no function as its default export: file:.*no-default\.js/,
    ],
  ])('when its module %s', async (_, file, error) => {
    await using t = await openTestQueue();

    const id = await perform(t, 'work', isolatedHandler(act, new URL(file, import.meta.url)));

    const job = await t.queue.get(id);
    expect(job).toMatchObject({ status: 'failed', attempt: 1 });
    expect(job?.error).toMatch(error);
  });

  test('when its output cannot leave the thread, or does not fit, and nothing is committed', async () => {
    await using t = await openTestQueue();
    let commits = 0;
    const handler = isolatedHandler(act, ACTS, { commit: async () => (commits += 1) });

    const uncloneable = await perform(t, 'giveFunction', handler);
    const misfit = await perform(t, 'giveTooLittle', handler);

    const error = expect.stringContaining('The output cannot leave the thread');
    expect(await t.queue.get(uncloneable)).toMatchObject({ status: 'failed', attempt: 1, error });
    const fit = expect.stringContaining('The result does not fit the contract');
    expect(await t.queue.get(misfit)).toMatchObject({ status: 'failed', attempt: 1, error: fit });
    expect(commits).toBe(0);
  });

  test('when its input cannot enter the thread', async () => {
    await using t = await openTestQueue();
    const lazy = defineJob({
      type: 'lazy',
      input: z.string().transform((text) => () => text),
      output: z.object({ text: z.string() }),
    });
    const { id } = await t.queue.enqueue(lazy, 'hello');

    await t.worker({ handlers: [isolatedHandler(lazy, ACTS)] }).processOne();

    const error = expect.stringContaining('The input cannot be given to a thread');
    expect(await t.queue.get(id)).toMatchObject({ status: 'failed', attempt: 1, error });
  });
});

test('an isolated handler is refused where its module is no file, or a bound makes no sense', () => {
  expect(() => isolatedHandler(act, 'https://example.com/acts.js')).toThrow(/must be a file: URL/);
  expect(() => isolatedHandler(act, ACTS, { memoryMb: 0 })).toThrow(/memoryMb/);
  expect(() => isolatedHandler(act, ACTS, { graceMs: -1 })).toThrow(/graceMs/);
});
