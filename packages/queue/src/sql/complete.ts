import type { Sql, TransactionSql } from '@orq/db';
import { arrayLiteral } from './array-literal.ts';
import type { ClaimedJob } from './claim.ts';

/** A job that has run, and what it gave. */
export interface Completion {
  job: ClaimedJob;
  /** JSON text. */
  result: string;
}

/**
 * Settles jobs as completed, each behind its fence. The statement is the function `orq.complete_claimed_jobs`
 * (packages/db/migrations), which pins its plan.
 *
 * @param completions in the order of their ids, so that no two of these statements wait for each other
 * @returns the ids of those that were no longer these claims' to settle
 */
export async function completeJobs(
  sql: Sql | TransactionSql,
  workerId: string,
  completions: readonly Completion[],
): Promise<Set<string>> {
  const rows = await sql<{ id: string }[]>`
    SELECT id FROM orq.complete_claimed_jobs(
      ${workerId},
      ${arrayLiteral(completions.map(({ job }) => job.id))}::uuid[],
      ${arrayLiteral(completions.map(({ job }) => job.fence))}::integer[],
      ${arrayLiteral(completions.map(({ result }) => result))}::text[],
      ${arrayLiteral(completions.map(({ job }) => job.claimedAt))}::text[]
    ) AS id`;
  return new Set(rows.map((row) => row.id));
}

/** Whether this worker has completed the job under this very claim: completing does not raise the fence. */
export async function isCompleted(sql: Sql, workerId: string, job: ClaimedJob): Promise<boolean> {
  const { count } = await sql`
    SELECT FROM orq.jobs WHERE id = ${job.id} AND state = 'completed' AND fence = ${job.fence}
      AND worker_id = ${workerId}`;
  return count === 1;
}
