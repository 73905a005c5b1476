import type { Sql } from '@orq/db';
import type { ClaimedJob } from './claim.ts';

/**
 * Settles a failed attempt: notes it, and either puts the job back into `ready` or ends it as failed. Fenced.
 *
 * @param retryInMs delay until the next attempt, or null where there is none
 * @returns false when the job is no longer this claim's
 */
export async function failJob(
  sql: Sql,
  job: ClaimedJob,
  workerId: string,
  error: string,
  retryInMs: number | null,
): Promise<boolean> {
  const again = retryInMs !== null;
  const { count } = await sql`
    WITH undone AS (
      -- A crash of the server may have undone the claim, which does not wait for the disk.
      DELETE FROM orq.ready r USING orq.jobs j
      WHERE j.id = ${job.id} AND j.state = 'open' AND j.fence = ${job.fence}
        AND r.queue = j.queue AND r.priority = j.priority AND r.run_at = j.run_at AND r.job_id = j.id
    ), job AS (
      UPDATE orq.jobs
      SET state = CASE WHEN ${again} THEN 'open' ELSE 'failed' END::orq.job_state,
        attempt = ${job.attempt},
        fence = fence + 1,
        error = ${error},
        progress = NULL,
        worker_id = ${workerId},
        run_at = CASE WHEN ${again} THEN now() + ${retryInMs ?? 0} * interval '1 ms' ELSE run_at END,
        unique_key = CASE WHEN ${again} THEN unique_key END,
        started_at = ${job.claimedAt}::text::timestamptz,
        finished_at = CASE WHEN NOT ${again} THEN now() END,
        touched_at = now()
      WHERE id = ${job.id} AND state = 'open' AND fence = ${job.fence}
      RETURNING id, queue, priority, run_at, attempt, started_at
    ), waiting AS (
      INSERT INTO orq.ready (queue, priority, run_at, job_id)
      SELECT queue, priority, run_at, id FROM job WHERE ${again}
    ), noted AS (
      INSERT INTO orq.job_attempts (job_id, attempt, outcome, worker_id, started_at, finished_at, error)
      SELECT id, attempt, 'failed', ${workerId}, started_at, now(), ${error} FROM job
    )
    SELECT FROM job`;
  return count === 1;
}
