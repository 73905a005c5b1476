import { waitFor } from '@orq/testing';
import { expect, test } from 'vitest';
import { failJob } from '../src/sql/fail.ts';
import { releaseJobs, snoozeJob } from '../src/sql/release.ts';
import { rescueJobs } from '../src/sql/rescue.ts';
import { dieWithJobs } from './support/dead-worker.ts';
import { createGate } from './support/gate.ts';
import { echo, openTestQueue, runEcho } from './support/test-queue.ts';

const RESCUER = '00000000-0000-7000-8000-000000000000';

test('a worker that is stopped in the middle of a commit holds up only the job that it locks', async () => {
  await using t = await openTestQueue();
  const [locked = '', other = ''] = await t.queue.enqueueMany(echo, [{ text: 'locked' }, { text: 'other' }]);
  await dieWithJobs(t.sql);
  await t.sql`UPDATE orq.workers SET heartbeat_at = now() - interval '1 hour'`;
  const gate = createGate();
  const stalled = t.sql.begin(async (tx) => {
    await tx`UPDATE orq.jobs SET state = 'completed' WHERE id = ${locked}`;
    await gate.pass();
    throw new Error('the connection was ended');
  });
  await gate.reached;

  await t.worker({ handlers: [runEcho], pollIntervalMs: 50 }).start();
  await t.until(other, 'completed');
  const later = await t.queue.enqueue(echo, { text: 'later' });
  await t.until(later.id, 'completed');
  expect((await t.queue.get(locked))?.status).toBe('processing');

  gate.open();
  await expect(stalled).rejects.toThrow('the connection was ended');
  await t.until(locked, 'completed');
  await waitFor(async () => (await t.sql`SELECT FROM orq.claims`).count <= 1, { describe: 'the claim went' });
  expect(await t.failedAttempts(locked)).toMatchObject([{ attempt: 1, outcome: 'lost' }]);
  expect(await t.failedAttempts(other)).toMatchObject([{ attempt: 1, outcome: 'lost' }]);
});

test('a rescue that finds every job free leaves no claim behind', async () => {
  await using t = await openTestQueue();
  await t.queue.enqueueMany(echo, [{ text: 'a' }, { text: 'b' }]);
  await dieWithJobs(t.sql);
  await t.sql`DELETE FROM orq.workers`;

  const rescued = await rescueJobs(t.sql, RESCUER);

  expect(rescued).toHaveLength(2);
  expect((await t.sql`SELECT FROM orq.claims`).count).toBe(0);
  expect((await t.sql`SELECT FROM orq.ready`).count).toBe(2);
});

test('a job whose claim a crash has undone can be handed back with the others', async () => {
  await using t = await openTestQueue();
  await t.queue.enqueueMany(echo, [{ text: 'a' }, { text: 'b' }]);
  const { jobs } = await dieWithJobs(t.sql);
  const [undone] = jobs;
  await t.sql`
    INSERT INTO orq.ready (queue, priority, run_at, job_id)
    SELECT queue, priority, run_at, id FROM orq.jobs WHERE id = ${undone?.id ?? null}`;

  await releaseJobs(t.sql, jobs);

  const waiting = await t.sql<{ job_id: string }[]>`SELECT job_id FROM orq.ready ORDER BY job_id`;
  expect(waiting.map(({ job_id }) => job_id)).toEqual(jobs.map(({ id }) => id).sort());
});

test.each(['failed', 'snoozed'] as const)(
  'a job whose claim a crash has undone stands in ready once when it has %s',
  async (end) => {
    await using t = await openTestQueue();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    const { workerId, jobs } = await dieWithJobs(t.sql);
    await t.sql`
    INSERT INTO orq.ready (queue, priority, run_at, job_id)
    SELECT queue, priority, run_at, id FROM orq.jobs WHERE id = ${id}`;
    const [job] = jobs;
    if (!job) throw new Error('nothing was claimed');

    if (end === 'snoozed') await snoozeJob(t.sql, job, 60_000);
    else await failJob(t.sql, job, workerId, { outcome: 'failed', error: 'no luck', retry: 60_000 });

    expect(await t.sql`SELECT FROM orq.ready WHERE job_id = ${id}`).toHaveLength(1);
    expect(await t.sql`SELECT FROM orq.ready WHERE run_at <= now()`).toHaveLength(0);
  },
);
