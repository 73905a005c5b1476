import type { Sql } from '@orq/db';
import { arrayLiteral } from './array-literal.ts';
import type { ClaimedJob } from './claim.ts';
import { dueAt, withoutUndone } from './fail.ts';

/**
 * Hands back what the CTE `held` (id, fence) names, each where it stood before; what is no longer held so is passed over,
 * and what is to be cancelled is. A job may stand in `ready` already: a crash of the server may have undone its claim,
 * which does not wait for the disk.
 */
const handBack = (sql: Sql) => sql`
  job AS (
    UPDATE orq.jobs j
    SET fence = j.fence + 1, progress = NULL, touched_at = now(),
      state = CASE WHEN j.cancel_requested_at IS NULL THEN 'open' ELSE 'cancelled' END::orq.job_state,
      unique_key = CASE WHEN j.cancel_requested_at IS NULL THEN j.unique_key END,
      finished_at = CASE WHEN j.cancel_requested_at IS NOT NULL THEN now() END
    FROM held
    WHERE j.id = held.id AND j.fence = held.fence AND j.state = 'open'
    RETURNING j.queue, j.priority, j.run_at, j.id, j.concurrency_key, j.state
  ), waiting AS (
    INSERT INTO orq.ready (queue, priority, run_at, job_id, concurrency_key)
    SELECT queue, priority, run_at, id, concurrency_key FROM job WHERE state = 'open'
    ON CONFLICT DO NOTHING
  )
  SELECT FROM job`;

/** Hands jobs back to `ready`, no attempt spent. @returns how many were still held so */
export async function releaseJobs(sql: Sql, jobs: readonly { id: string; fence: number }[]): Promise<number> {
  const { count } = await sql`
    WITH held AS (
      SELECT pair.id, pair.fence
      FROM unnest(${arrayLiteral(jobs.map(({ id }) => id))}::uuid[], ${arrayLiteral(jobs.map(({ fence }) => fence))}::integer[]) AS pair (id, fence)
    ), ${handBack(sql)}`;
  return count;
}

/** Hands back whatever is still open in these claims, and removes them. @returns how many jobs were handed back */
export async function releaseClaims(sql: Sql, claimIds: readonly string[]): Promise<number> {
  const { count } = await sql`
    WITH claim AS (
      DELETE FROM orq.claims WHERE id = ANY (${arrayLiteral(claimIds)}::uuid[]) RETURNING job_ids, fences
    ), held AS (
      SELECT pair.id, pair.fence FROM claim, unnest(claim.job_ids, claim.fences) AS pair (id, fence)
    ), ${handBack(sql)}`;
  return count;
}

/**
 * Takes a worker off the list, and hands back whatever is still open in its claims. In one statement: a claim that
 * goes while its job stays open would leave the job with no one.
 *
 * @returns how many jobs were handed back
 */
export async function retireWorker(sql: Sql, workerId: string): Promise<number> {
  const { count } = await sql`
    WITH worker AS (
      DELETE FROM orq.workers WHERE id = ${workerId}
    ), claim AS (
      DELETE FROM orq.claims WHERE worker_id = ${workerId} RETURNING job_ids, fences
    ), held AS (
      SELECT pair.id, pair.fence FROM claim, unnest(claim.job_ids, claim.fences) AS pair (id, fence)
    ), ${handBack(sql)}`;
  return count;
}

/**
 * Hands one job back, no attempt spent, to wait for longer: until `at`, or for so many ms. Fenced.
 *
 * @returns false when the job is no longer this claim's
 */
export async function snoozeJob(sql: Sql, job: ClaimedJob, until: Date | number): Promise<boolean> {
  const { count } = await sql`
    WITH ${withoutUndone(sql, job)}, job AS (
      UPDATE orq.jobs
      SET fence = fence + 1, progress = NULL, touched_at = now(), run_at = ${dueAt(sql, until)},
        state = CASE WHEN cancel_requested_at IS NULL THEN 'open' ELSE 'cancelled' END::orq.job_state,
        unique_key = CASE WHEN cancel_requested_at IS NULL THEN unique_key END,
        finished_at = CASE WHEN cancel_requested_at IS NOT NULL THEN now() END
      WHERE id = ${job.id} AND state = 'open' AND fence = ${job.fence}
      RETURNING queue, priority, run_at, id, concurrency_key, state
    ), waiting AS (
      INSERT INTO orq.ready (queue, priority, run_at, job_id, concurrency_key)
      SELECT queue, priority, run_at, id, concurrency_key FROM job WHERE state = 'open'
    )
    SELECT FROM job`;
  return count === 1;
}
