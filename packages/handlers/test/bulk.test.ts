import { bulk, type JobInput, renderClip } from '@orq/contracts';
import { createWorker, defineHandler, PermanentError, type Queue } from '@orq/queue';
import { waitFor } from '@orq/testing';
import { expect, test } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import { bulkHandler } from '../src/registry.ts';
import { openStudio, type Studio } from './support.ts';

const inputs = (count: number) => Array.from({ length: count }, () => ({ clip_id: uuidv7() }));

const neverRender = defineHandler(renderClip, async () => {
  throw new PermanentError('never');
});

/** Runs what is due, and then a bulk job; with `deps` in place of the studio's own. */
async function runBulk(studio: Studio, request: JobInput<typeof bulk>, queue: Queue = studio.queue) {
  const worker = createWorker({
    sql: studio.sql,
    handlers: [neverRender, bulkHandler({ ...studio, queue })],
  });
  while ((await worker.processOne()).processed);
  const { id } = await studio.queue.enqueue(bulk, request, { priority: -32_768 });
  return { id, worker, run: () => worker.processOne() };
}

test('all jobs of a filter that were there are cancelled, page by page, and are counted', async () => {
  await using studio = await openStudio();
  const { id, run } = await runBulk(studio, { action: 'cancel', filter: { type: 'render_clip', tag: 'a' } });
  // Made before the bulk job, by the clock in their ids.
  await studio.sql`
    WITH job AS (
      INSERT INTO orq.jobs (id, run_at, priority, max_attempts, queue, job_type, payload, tags)
      SELECT overlay(gen_random_uuid()::text PLACING '01000000-0000-7' FROM 1 FOR 15)::uuid, now(), 0, 4, 'default', 'render_clip', '{}',
        CASE WHEN n <= 450 THEN ARRAY['a'] ELSE ARRAY['b'] END
      FROM generate_series(1, 460) AS n RETURNING *
    )
    INSERT INTO orq.ready (queue, priority, run_at, job_id) SELECT queue, priority, run_at, id FROM job`;
  const { id: later } = await studio.queue.enqueue(renderClip, { clip_id: uuidv7() }, { tags: ['a'] });

  await run();

  expect(await studio.queue.get(id)).toMatchObject({
    status: 'completed',
    result: { matched: 450, changed: 450, unchanged: 0 },
  });
  expect(await studio.queue.get(later)).toMatchObject({ status: 'pending' });
  expect(await studio.sql`SELECT FROM orq.jobs WHERE state = 'cancelled'`).toHaveLength(450);
});

test('what has failed runs again, and what fails meanwhile is left alone', async () => {
  await using studio = await openStudio();
  const ids = await studio.queue.enqueueMany(renderClip, inputs(3));
  const { id, run, worker } = await runBulk(studio, { action: 'retry', filter: { status: ['failed'] } });

  await run();
  while ((await worker.processOne()).processed);
  const result = { matched: 3, changed: 3, unchanged: 0 };
  expect((await studio.queue.get(id))?.result).toEqual(result);
  for (const job of ids) expect(await studio.queue.get(job)).toMatchObject({ status: 'failed', attempt: 2 });
  // As when its worker was lost before it had settled it: it begins anew, and finds nothing to do.
  await studio.sql`UPDATE orq.jobs SET state = 'cancelled' WHERE id = ${id}`;
  await studio.queue.retry(id);
  await run();

  expect((await studio.queue.get(id))?.result).toEqual({ matched: 3, changed: 0, unchanged: 3 });
  for (const job of ids) expect(await studio.queue.get(job)).toMatchObject({ status: 'failed', attempt: 2 });
});

test('of a key that is limited to queues, it changes jobs of these alone', async () => {
  await using studio = await openStudio();
  const enqueue = async (queue: string) =>
    (await studio.queue.enqueue(renderClip, { clip_id: uuidv7() }, { queue })).id;
  const [mine, theirs] = [await enqueue('mine'), await enqueue('theirs')];
  const { id, run } = await runBulk(studio, { action: 'cancel', filter: {}, queues: ['mine', 'mail'] });

  await run();

  expect((await studio.queue.get(id))?.result).toEqual({ matched: 1, changed: 1, unchanged: 0 });
  expect(await studio.queue.get(mine)).toMatchObject({ status: 'cancelled' });
  expect(await studio.queue.get(theirs)).toMatchObject({ status: 'pending' });
});

test('a bulk job can be cancelled on its way, and its log says what it has done', async () => {
  await using studio = await openStudio();
  await studio.queue.enqueueMany(renderClip, inputs(300), { runAt: new Date(Date.now() + 3_600_000) });
  // All of them would take ten seconds.
  const slow: Queue = {
    ...studio.queue,
    async cancel(job) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return studio.queue.cancel(job);
    },
  };
  const { id, worker } = await runBulk(studio, { action: 'cancel', filter: {} }, slow);
  await worker.start();
  const left = async () => (await studio.sql`SELECT FROM orq.jobs WHERE state = 'open'`).length;
  await waitFor(async () => (await left()) < 300, { describe: 'it is under way' });

  await studio.queue.cancel(id);

  await studio.until(id, 'cancelled');
  await worker.stop();
  const [line] = await studio.queue.logs(id);
  expect(line).toMatchObject({ message: 'cancel in bulk', fields: { changed: 300 - (await left()) } });
  expect(await left()).toBeGreaterThan(0);
});
