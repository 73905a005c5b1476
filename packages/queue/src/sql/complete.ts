import type { Sql, TransactionSql } from '@orq/db';
import type { ClaimedJob } from './claim.ts';

/**
 * Settles a job as completed: one HOT update, fenced.
 *
 * @param result JSON text
 * @returns false when the job is no longer this claim's
 */
export async function completeJob(
  sql: Sql | TransactionSql,
  job: ClaimedJob,
  workerId: string,
  result: string,
): Promise<boolean> {
  const { count } = await sql`
    UPDATE orq.jobs
    SET state = 'completed', attempt = ${job.attempt}, result = ${result}::text::jsonb, error = NULL, progress = 1,
      worker_id = ${workerId}, unique_key = NULL, started_at = ${job.claimedAt}::text::timestamptz,
      finished_at = now(), updated_at = now()
    WHERE id = ${job.id} AND state = 'open' AND fence = ${job.fence}`;
  return count === 1;
}

/** Whether this very claim has completed the job: its fence is no one else's, and completing does not raise it. */
export async function isCompleted(sql: Sql, job: ClaimedJob): Promise<boolean> {
  const { count } = await sql`
    SELECT FROM orq.jobs WHERE id = ${job.id} AND state = 'completed' AND fence = ${job.fence}`;
  return count === 1;
}
