import type { Sql } from '@orq/db';
import type { ClaimedJob } from './claim.ts';

/** When the next attempt may begin: at a time, or in so many ms from now by the database's clock. */
export const dueAt = (sql: Sql, until: Date | number) =>
  typeof until === 'number'
    ? sql`now() + ${until} * interval '1 ms'`
    : sql`${until.toISOString()}::text::timestamptz`;

/** A crash of the server may have undone the claim, which does not wait for the disk: then the job stands in `ready`. */
export const withoutUndone = (sql: Sql, job: ClaimedJob) => sql`
  undone AS (
    DELETE FROM orq.ready r USING orq.jobs j
    WHERE j.id = ${job.id} AND j.state = 'open' AND j.fence = ${job.fence}
      AND r.queue = j.queue AND r.priority = j.priority AND r.run_at = j.run_at AND r.job_id = j.id
  )`;

/** How an attempt ended that did not complete. */
export interface FailedAttempt {
  outcome: 'failed' | 'cancelled';
  error: string;
  /** Where there is another attempt: at this time, or in so many ms. Null where there is none. */
  retry: Date | number | null;
}

/**
 * Settles an attempt that did not complete: notes it, and either puts the job back into `ready` or ends it, as failed or,
 * where that was asked for, as cancelled. Fenced.
 *
 * @returns the job's state from now on; null when it is no longer this claim's
 */
export async function failJob(
  sql: Sql,
  job: ClaimedJob,
  workerId: string,
  { outcome, error, retry }: FailedAttempt,
): Promise<'open' | 'failed' | 'cancelled' | null> {
  const again = retry !== null;
  const final = outcome === 'cancelled' ? 'cancelled' : again ? 'open' : 'failed';
  const [row] = await sql<{ state: 'open' | 'failed' | 'cancelled' }[]>`
    WITH ${withoutUndone(sql, job)}, held AS (
      SELECT id, CASE WHEN cancel_requested_at IS NULL THEN ${final} ELSE 'cancelled' END::orq.job_state AS state
      FROM orq.jobs WHERE id = ${job.id} AND state = 'open' AND fence = ${job.fence}
      FOR UPDATE
    ), job AS (
      UPDATE orq.jobs j
      SET state = held.state,
        attempt = ${job.attempt},
        fence = j.fence + 1,
        error = ${error},
        progress = NULL,
        worker_id = ${workerId},
        run_at = CASE WHEN held.state = 'open' THEN ${dueAt(sql, retry ?? 0)} ELSE j.run_at END,
        unique_key = CASE WHEN held.state = 'open' THEN j.unique_key END,
        started_at = ${job.claimedAt}::text::timestamptz,
        finished_at = CASE WHEN held.state <> 'open' THEN now() END,
        touched_at = now()
      FROM held WHERE j.id = held.id
      RETURNING j.id, j.queue, j.priority, j.run_at, j.attempt, j.started_at, j.concurrency_key, j.state
    ), waiting AS (
      INSERT INTO orq.ready (queue, priority, run_at, job_id, concurrency_key)
      SELECT queue, priority, run_at, id, concurrency_key FROM job WHERE state = 'open'
    ), noted AS (
      INSERT INTO orq.job_attempts (job_id, attempt, outcome, worker_id, started_at, finished_at, error)
      SELECT id, attempt, ${outcome}::text::orq.attempt_outcome, ${workerId}, started_at, now(), ${error} FROM job
    )
    SELECT state FROM job`;
  return row?.state ?? null;
}
