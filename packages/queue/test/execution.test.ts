import { describe, expect, test } from 'vitest';
import { createWorker, defineHandler, PermanentError } from '../src/index.ts';
import { echo, openTestQueue } from './support.ts';

const runEcho = defineHandler(echo, async ({ input }) => ({ text: input.text }));

describe('a job', () => {
  test('is processed from the queue end to end', async () => {
    await using t = await openTestQueue();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    const worker = createWorker({ sql: t.sql, handlers: [runEcho] });

    await worker.start();
    const job = await t.until(id, 'completed');
    await worker.stop();

    expect(job).toMatchObject({ status: 'completed', attempt: 1, result: { text: 'hello' }, error: null });
  });

  test('of an unknown type fails, and says so', async () => {
    await using t = await openTestQueue();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    const worker = createWorker({ sql: t.sql, handlers: [] });

    const processed = await worker.processOne();
    await worker.stop();

    expect(processed).toMatchObject({ processed: true, status: 'failed' });
    expect((await t.queue.get(id))?.error).toMatch(/Unknown job_type "echo"/);
  });

  test('whose handler gives up for good is not tried again', async () => {
    await using t = await openTestQueue();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    const hopeless = defineHandler(echo, async () => {
      throw new PermanentError('no retry helps here');
    });
    const worker = createWorker({ sql: t.sql, handlers: [hopeless] });

    await worker.processOne();
    const second = await worker.processOne();
    await worker.stop();

    expect(second).toEqual({ processed: false, message: 'No pending jobs in queue' });
    expect(await t.queue.get(id)).toMatchObject({ status: 'failed', attempt: 1, error: 'no retry helps here' });
  });
});
