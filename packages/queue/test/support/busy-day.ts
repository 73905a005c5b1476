import type { Sql } from '@orq/db';
import { waitFor } from '@orq/testing';
import { v7 as uuidv7 } from 'uuid';
import { createQueue, defineHandler, SnoozeError } from '../../src/index.ts';
import { cancelRequests } from '../../src/sql/cancel.ts';
import { completeJobs } from '../../src/sql/complete.ts';
import { sendHeartbeat, strayClaims } from '../../src/sql/workers.ts';
import { claimUnheard, dieWithJobs } from './dead-worker.ts';
import type { ExecutedPlan } from './explaining.ts';
import { echo, type TestQueue } from './test-queue.ts';

/** What runs once for each job, batch or poll, and how its text is recognised. */
const STATEMENTS: Record<string, RegExp> = {
  'enqueue many': /INSERT INTO orq\.jobs .* FROM unnest/,
  'enqueue with a key': /json_to_recordset/,
  'holder of a unique key': /WHERE job_type = \S+ AND unique_key = /,
  'lanes of a sweep': /^SELECT r\.priority, r\.run_at, r\.job_id (INTO lane\S* \S+ \S+ )?FROM orq\.ready/,
  claim: /DELETE FROM orq\.ready WHERE ctid = /,
  'jobs of a claim': /INSERT INTO orq\.claims/,
  complete: /^WITH done AS \( UPDATE orq\.jobs j SET state = 'completed'/,
  'is completed': /state = 'completed' AND fence = /,
  fail: /DELETE FROM orq\.ready r USING orq\.jobs/,
  progress: /UPDATE orq\.jobs SET progress = /,
  snooze: /UPDATE orq\.jobs SET fence = fence \+ 1, progress = NULL, touched_at = now\(\), run_at = /,
  'wait for a slot of a key': /INSERT INTO orq\.parked/,
  'give out freed slots': /orq\.wake_keys/,
  'freed slots': /SELECT DISTINCT concurrency_key/,
  cancel: /orq\.cancel_job/,
  'cancel requests': /cancel_requested_at IS NOT NULL$/,
  release: /unnest.* UPDATE orq\.jobs j SET fence = j\.fence \+ 1/,
  retire: /DELETE FROM orq\.workers WHERE id = /,
  rescue: /DELETE FROM orq\.workers WHERE heartbeat_at </,
  'stray claims': /SELECT id FROM orq\.claims WHERE worker_id = /,
  heartbeat: /UPDATE orq\.workers SET heartbeat_at = /,
  status: /FROM orq\.job_status/,
};

export const missingFrom = (plans: readonly ExecutedPlan[]) =>
  Object.keys(STATEMENTS).filter((name) => !plans.some(({ query }) => STATEMENTS[name]?.test(query)));

/**
 * Has a worker, and those around it, do through `sql` all that the hot path consists of: jobs in bulk and with keys,
 * that complete, fail, snooze, lose their fence, wait for a slot of their key, are cancelled, or handed back; jobs of a dead
 * worker; status reads.
 */
export async function haveBusyDay(t: TestQueue, sql: Sql): Promise<void> {
  const queue = createQueue({ sql });
  await t.queue.enqueueMany(echo, texts('lost', 5));
  const dead = await dieWithJobs(t.sql);
  await t.sql`UPDATE orq.workers SET heartbeat_at = now() - interval '1 hour' WHERE id = ${dead.workerId}`;

  await queue.enqueueMany(echo, texts('plain', 40));
  for (const text of ['fail', 'stolen', 'effect', 'snooze']) await queue.enqueue(echo, { text });
  for (let n = 0; n < 2; n++) await queue.enqueue(echo, { text: 'keyed' }, { uniqueKey: 'k' });
  await queue.enqueueMany(echo, texts('plain', 3), { concurrencyKey: 'one by one' });
  const held = await queue.enqueueMany(echo, texts('held', 3), { priority: 1 });

  const running = new Set<string>();
  const worker = t.worker({
    sql,
    handlers: [behaviourOf(t.sql, running)],
    concurrency: 20,
    pollIntervalMs: 100,
  });
  await worker.start();
  await waitFor(() => held.every((id) => running.has(id)), { describe: 'the last jobs run' });
  // The one that fails is soon tried again.
  await waitFor(() => t.sql`SELECT FROM orq.job_attempts`.then(({ count }) => count >= 6), {
    describe: 'the lost and the failed attempt are noted',
  });
  await Promise.all([...held, ...dead.jobs.map(({ id }) => id)].map((id) => queue.get(id)));
  const [cancelled = ''] = held;
  await queue.cancel(cancelled);
  await t.until(cancelled, 'cancelled');
  await cancelRequests(sql, held);
  await sendHeartbeat(sql, uuidv7());
  await strayClaims(sql, uuidv7(), [uuidv7()]);
  await worker.stop({ drainMs: 0 });
  await queue.close();
  await clearAway(t.sql);
}

/** So often that PostgreSQL makes up its mind about a generic plan; from so many that to sort them all is seen. */
export async function claimFromBacklog(t: TestQueue, sql: Sql, count: number) {
  const queue = 'backlog';
  await t.queue.enqueueMany(echo, texts('plain', count), { queue });
  const { workerId } = await dieWithJobs(t.sql, 0);
  for (let n = 0; n < 8; n++) {
    const jobs = await claimUnheard(sql, workerId, 20, { queue, except: ['another'] });
    await completeJobs(
      sql,
      workerId,
      jobs.map((job) => ({ job, result: '{}' })),
    );
  }
}

/** A day begins with the crowd alone, whose open jobs are due in a day. */
async function clearAway(sql: Sql) {
  for (const table of ['job_attempts', 'claims', 'workers']) await sql`DELETE FROM orq.${sql(table)}`;
  await sql`DELETE FROM orq.ready WHERE run_at < now() + interval '1 hour'`;
  await sql`DELETE FROM orq.jobs WHERE state = 'open' AND run_at < now() + interval '1 hour'`;
}

const texts = (text: string, count: number) => Array.from({ length: count }, () => ({ text }));

/** What a job does is its text. */
const behaviourOf = (aside: Sql, running: Set<string>) =>
  defineHandler(echo, async ({ input, job, signal, progress, commit }) => {
    running.add(job.id);
    if (input.text === 'held') {
      progress(0.5);
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    }
    if (input.text === 'snooze') throw new SnoozeError(60_000);
    if (input.text === 'fail') throw new Error('as asked');
    if (input.text === 'stolen') {
      await aside`UPDATE orq.jobs SET fence = fence + 1, state = 'cancelled' WHERE id = ${job.id}`;
    }
    if (input.text !== 'plain') commit((tx) => tx`SELECT FROM orq.jobs WHERE id = ${job.id}`);
    return input;
  });
