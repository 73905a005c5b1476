import { type JobFilter, JobStatus } from '@orq/contracts';
import { describe, expect, test } from 'vitest';
import { createQueue, PermanentError, defineHandler } from '../src/index.ts';
import { JOBS_A_SCAN } from '../src/sql/job-candidates.ts';
import { stopAutovacuum } from './support/crowd.ts';
import { claimUnheard, dieWithJobs } from './support/dead-worker.ts';
import { faultsOf, openExplaining } from './support/explaining.ts';
import { echo, openTestQueue, type TestQueue } from './support/test-queue.ts';

const texts = (count: number) => Array.from({ length: count }, (_, n) => ({ text: String(n) }));

/** The ids of all pages. */
async function walk(t: Pick<TestQueue, 'queue'>, filter: JobFilter, limit = 3, between = async () => {}) {
  const ids: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await t.queue.list(filter, { limit, ...(cursor !== undefined && { cursor }) });
    ids.push(...page.data.map(({ id }) => id));
    cursor = page.next_cursor;
    await between();
  }
  return ids;
}

const newestFirst = (ids: readonly string[]) => ids.toSorted().toReversed();

describe('a list of jobs', () => {
  test('has each job once, the newest first, whatever is enqueued and settled between its pages', async () => {
    await using t = await openTestQueue();
    const before = await t.queue.enqueueMany(echo, texts(30));
    const { workerId } = await dieWithJobs(t.sql, 0);

    const listed = await walk(t, {}, 4, async () => {
      await t.queue.enqueueMany(echo, texts(3));
      await claimUnheard(t.sql, workerId, 2);
    });

    expect(listed).toEqual(newestFirst(before));
  });

  test('has by each status the jobs that have it, wherever they stand', async () => {
    await using t = await openTestQueue();
    const luckless = defineHandler(echo, async ({ input }) => {
      if (input.text === 'retry') throw new Error('again');
      if (input.text === 'fail') throw new PermanentError('Never: 100% sure');
      return input;
    });
    const worker = t.worker({ handlers: [luckless] });
    for (const text of ['retry', 'fail', 'complete', 'fail']) await t.queue.enqueue(echo, { text });
    while ((await worker.processOne()).processed);
    for (let n = 0; n < 2; n += 1) await t.queue.enqueue(echo, { text: 'runs' }, { concurrencyKey: 'a' });
    await dieWithJobs(t.sql, 2);
    const cancelled = await t.queue.enqueue(echo, { text: 'waits' });
    await t.queue.cancel(cancelled.id);
    await t.queue.enqueue(echo, { text: 'waits' }, { runAt: new Date(Date.now() + 60_000) });

    const byView = async (...statuses: string[]) =>
      newestFirst(
        (await t.sql<{ id: string; status: string }[]>`SELECT id, status FROM orq.job_status`)
          .filter(({ status }) => statuses.includes(status))
          .map(({ id }) => id),
      );
    for (const status of JobStatus.options) {
      expect([status, await walk(t, { status: [status] }, 1)]).toEqual([status, await byView(status)]);
      const both = [status, 'processing'] as const;
      expect([both, await walk(t, { status: [...both] })]).toEqual([both, await byView(...both)]);
    }
    expect((await byView('processing')).length + (await byView('pending')).length).toBe(3);
    expect(await walk(t, { error: 'NEVER: 100%' })).toEqual(await byView('failed'));
    expect(await walk(t, { error: '%', status: ['retry'] })).toEqual([]);
  });

  test('has those that all of the filter is true of', async () => {
    await using t = await openTestQueue();
    const { id } = await t.queue.enqueue(echo, { text: 'a' }, { queue: 'video', tags: ['x', 'y'] });
    await t.queue.enqueue(echo, { text: 'b' }, { tags: ['z'] });
    const job = await t.queue.get(id);
    const created = Date.parse(job?.created_at ?? '');
    const at = (ms: number) => new Date(created + ms).toISOString();

    for (const filter of [
      { queue: 'video' },
      { tag: 'y' },
      { type: 'echo', tag: 'x', status: ['pending' as const] },
      { queue: 'video', created_after: at(0), created_before: at(1) },
    ]) {
      expect([filter, await walk(t, filter)]).toEqual([filter, [id]]);
    }
    for (const filter of [{ type: 'other' }, { created_before: at(-1) }, { created_after: at(60_000) }]) {
      expect([filter, await walk(t, filter)]).toEqual([filter, []]);
    }
  });

  test.each([
    ['cursor', {}, { cursor: 'bm9uZQ' }],
    ['cursor', {}, { cursor: '?' }],
    ['limit', {}, { limit: 201 }],
    ['status.0', { status: ['done'] }, {}],
    ['error', { error: 'a\0b' }, {}],
  ])('is refused with another %s than there is', async (path, filter, page) => {
    await using t = await openTestQueue();

    await expect(t.queue.list(filter as JobFilter, page)).rejects.toMatchObject({
      issues: [expect.objectContaining({ path: path.split('.').map((key) => (key === '0' ? 0 : key)) })],
    });
  });
});

/** As many as two pages look at, and some. */
const MANY = 2 * JOBS_A_SCAN + 1_000;

test('a page among many jobs looks at 10,000 at most, by their keys, and goes on where few match', async () => {
  await using t = await openTestQueue({ spoils: true });
  await stopAutovacuum(t.sql);
  const { id: rare } = await t.queue.enqueue(echo, { text: 'rare' }, { tags: ['rare'] });
  await t.sql`
    WITH job AS (
      INSERT INTO orq.jobs (id, run_at, priority, max_attempts, queue, job_type, payload, state, attempt, finished_at)
      SELECT overlay(gen_random_uuid()::text PLACING 'ffff0000' FROM 1 FOR 8)::uuid, now(), 0, 4, 'default', 'echo', '{}',
        CASE n % 20 WHEN 0 THEN 'failed' WHEN 1 THEN 'open' ELSE 'completed' END::orq.job_state, (n % 20 <> 1)::int,
        CASE WHEN n % 20 <> 1 THEN now() END
      FROM generate_series(1, ${MANY}) AS n RETURNING *
    ), waiting AS (
      INSERT INTO orq.ready (queue, priority, run_at, job_id)
      SELECT queue, priority, run_at, id FROM job WHERE state = 'open'
    )
    INSERT INTO orq.job_attempts (job_id, attempt, outcome, worker_id, started_at, finished_at, error)
    SELECT id, 1, 'failed', id, now(), now(), 'no luck' FROM job WHERE state = 'failed'`;
  await using explaining = openExplaining(t.url, 'force_generic_plan', 1);
  const queue = createQueue({ sql: explaining.sql });

  let pages = 0;
  expect(await walk({ queue }, { tag: 'rare' }, 50, async () => void (pages += 1))).toEqual([rare]);
  expect(pages).toBe(3);
  for (const status of JobStatus.options) await queue.list({ status: [status] }, { limit: 50 });

  const faults = explaining.plans().flatMap((plan) => faultsOf(plan, { rows: JOBS_A_SCAN, buffers: 80_000 }));
  // What is sorted is the page.
  expect(faults.filter((fault) => !fault.startsWith('Sort in'))).toEqual([]);
});
