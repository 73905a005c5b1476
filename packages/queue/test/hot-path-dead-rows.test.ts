import type { Sql } from '@orq/db';
import { expect, test } from 'vitest';
import type { ClaimedJob } from '../src/sql/claim.ts';
import { completeJobs, isCompleted } from '../src/sql/complete.ts';
import { failJob } from '../src/sql/fail.ts';
import { readJob } from '../src/sql/job.ts';
import { releaseJobs } from '../src/sql/release.ts';
import { rescueJobs } from '../src/sql/rescue.ts';
import { sendHeartbeat, strayClaims } from '../src/sql/workers.ts';
import { fill, stopAutovacuum } from './support/crowd.ts';
import { claimUnheard, dieWithJobs } from './support/dead-worker.ts';
import { faultsOf, openExplaining } from './support/explaining.ts';
import { echo, openTestQueue } from './support/test-queue.ts';

const DEAD = 1_000_000;
const BATCH = 20;
const ROUNDS = 8;
/** For a batch of 20 jobs, whatever is dead in the table. */
const WORK = { rows: 100, buffers: 500 };

const texts = (count: number) => Array.from({ length: count }, (_, n) => ({ text: String(n) }));

test('past a million dead rows, a claim from its position and what follows it cost as little as without them', async () => {
  await using t = await openTestQueue({ spoils: true });
  await stopAutovacuum(t.sql);
  await using _holder = await holdSnapshot(t.sql);
  await leaveDeadRows(t.sql, DEAD);
  await fill(t.sql);
  await t.queue.enqueueMany(echo, texts(ROUNDS * BATCH));
  const { workerId } = await dieWithJobs(t.sql, 0);
  await using explaining = openExplaining(t.url, 'auto', 1);
  const { sql } = explaining;

  let jobs = await claimUnheard(sql, workerId, BATCH);
  const sweep = explaining.plans();
  // The first round also reads the catalogue of its new connection.
  await settle(sql, workerId, jobs);
  const before = explaining.plans().length;
  for (let n = 1; n < ROUNDS; n++) {
    jobs = await claimUnheard(sql, workerId, BATCH, { from: jobs.slice(-1) });
    expect(jobs).toHaveLength(BATCH);
    await settle(sql, workerId, jobs);
  }

  expect(Math.max(...sweep.map(({ buffers }) => buffers))).toBeGreaterThan(DEAD / 1_000);
  const plans = explaining.plans().slice(before);
  expect(plans.filter(({ query }) => query.includes('orq.claim_jobs('))).toHaveLength(ROUNDS - 1);
  expect(plans.flatMap((plan) => faultsOf(plan, WORK))).toEqual([]);
});

/** What a worker does after a claim: it completes most, and all else once. */
async function settle(sql: Sql, workerId: string, [failed, released, ...completed]: readonly ClaimedJob[]) {
  const [first] = completed;
  if (!failed || !released || !first) throw new Error('There is nothing to settle');
  await completeJobs(
    sql,
    workerId,
    completed.map((job) => ({ job, result: '{"text":""}' })),
  );
  await isCompleted(sql, workerId, first);
  await failJob(sql, failed, workerId, { outcome: 'failed', error: 'as asked', retry: 3_600_000 });
  await releaseJobs(sql, [released]);
  await readJob(sql, first.id);
  await sendHeartbeat(sql, workerId);
  await strayClaims(sql, workerId, []);
  await rescueJobs(sql, workerId);
}

/** Leaves rows at the head of the first lane that are dead, and that no vacuum can remove while the snapshot is held. */
async function leaveDeadRows(sql: Sql, count: number) {
  await sql`
    INSERT INTO orq.ready (queue, priority, run_at, job_id)
    SELECT 'default', 0, now() - interval '1 hour', ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid
    FROM generate_series(1, ${count}) AS n`;
  await sql`DELETE FROM orq.ready`;
}

/** A transaction that someone has left open. */
async function holdSnapshot(sql: Sql): Promise<AsyncDisposable> {
  const holder = await sql.reserve();
  await holder`BEGIN ISOLATION LEVEL REPEATABLE READ`;
  await holder`SELECT 1`;
  return {
    async [Symbol.asyncDispose]() {
      await holder`ROLLBACK`;
      holder.release();
    },
  };
}
