import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineHandler, type JobNews } from '../src/index.ts';
import { echo, openTestQueue, type TestQueue } from './support/test-queue.ts';

/** What a job's stream tells, to its end. */
async function follow(t: TestQueue, id: string, after?: string): Promise<JobNews[]> {
  const stream = await t.queue.jobEvents(id, {
    ...(after !== undefined && { after }),
    signal: AbortSignal.timeout(20_000),
  });
  const told: JobNews[] = [];
  for await (const news of stream === 'over' || stream === null ? [] : stream) told.push(news);
  return told;
}

const inShort = (news: JobNews) =>
  news.kind === 'status'
    ? `${news.status} ${news.attempt}`
    : news.kind === 'log'
      ? news.message
      : news.progress;

const talks = defineHandler(
  echo,
  async ({ input, job, log, progress }) => {
    log.info({ n: 1 }, `begins ${job.attempt}`);
    progress(0.5);
    log.warn({}, `ends ${job.attempt}`);
    if (job.attempt === 1) throw new Error('not yet');
    return input;
  },
  { retry: { delayMs: 0 } },
);

describe("a job's events", () => {
  test('tell its log, its statuses and its progress, and end with it', async () => {
    await using t = await openTestQueue();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    const told = follow(t, id);
    await t.worker({ handlers: [talks], pollIntervalMs: 50 }).start();

    const all = await told;
    const logs = all.filter(({ kind }) => kind === 'log').map(inShort);
    const statuses = all.filter(({ kind }) => kind === 'status').map(inShort);
    expect(logs).toEqual(['begins 1', 'ends 1', 'begins 2', 'ends 2']);
    expect(statuses.at(-1)).toBe('completed 2');
    expect(all.at(-1)).toMatchObject({ kind: 'status', status: 'completed' });
  });

  test('go on from any of them, with nothing lost or told twice', async () => {
    await using t = await openTestQueue();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    await t.worker({ handlers: [talks], pollIntervalMs: 50 }).start();
    await t.until(id, 'completed');
    const all = await follow(t, id);

    for (const [index, { id: after }] of all.entries()) {
      expect((await follow(t, id, after)).map(inShort)).toEqual(all.slice(index + 1).map(inShort));
    }
    expect(all.map(inShort)).toEqual(['begins 1', 'ends 1', 'begins 2', 'ends 2', 'completed 2']);
  });

  test('are told in whole where its log is long', async () => {
    await using t = await openTestQueue();
    const wordy = defineHandler(echo, async ({ input, log }) => {
      for (let n = 0; n < 700; n += 1) log.info({}, String(n));
      return input;
    });
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    await t.worker({ handlers: [wordy] }).processOne();

    const all = await follow(t, id);

    expect(all.map(inShort)).toEqual([...Array.from({ length: 700 }, (_, n) => String(n)), 'completed 1']);
  });

  test('of a job that has ended are over for who was told its end, and of one that is not there are none', async () => {
    await using t = await openTestQueue();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    await t.queue.cancel(id);
    const [end] = await follow(t, id);
    const signal = AbortSignal.timeout(5_000);

    expect(end).toMatchObject({ kind: 'status', status: 'cancelled' });
    expect(await t.queue.jobEvents(id, { signal, after: end?.id ?? '' })).toBe('over');
    expect(await t.queue.jobEvents('0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69', { signal })).toBeNull();
  });

  test('end with the signal, and the job is not looked at any more', async () => {
    await using t = await openTestQueue();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    const leaving = new AbortController();
    const stream = await t.queue.jobEvents(id, { signal: leaving.signal });
    if (stream === null || stream === 'over') throw new Error('there is a stream');
    await stream.next();

    const ended = stream.next();
    leaving.abort(new Error('left'));

    await expect(ended).rejects.toThrow('left');
  });

  test.each(['', 'x', '9.0.-.0', '0.0.-', '0.0.-.zzzzzzzzzzzzz', '-1.0.-.0'])(
    'go on from no place that they have not told: %s',
    async (after) => {
      await using t = await openTestQueue();
      const { id } = await t.queue.enqueue(echo, { text: 'hello' });

      await expect(t.queue.jobEvents(id, { after, signal: AbortSignal.timeout(1_000) })).rejects.toThrow(
        z.ZodError,
      );
    },
  );
});
