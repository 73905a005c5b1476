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
 * @returns the claims that the job was no longer with
 */
export async function completeJobs(
  sql: Sql | TransactionSql,
  workerId: string,
  completions: readonly Completion[],
): Promise<Set<ClaimedJob>> {
  // In one order everywhere, so that no two of these statements wait for each other.
  const sorted = [...completions].sort(inOrder);
  const rows = await sql<{ id: string }[]>`
    SELECT id FROM orq.complete_claimed_jobs(
      ${workerId},
      ${arrayLiteral(sorted.map(({ job }) => job.id))}::uuid[],
      ${arrayLiteral(sorted.map(({ job }) => job.fence))}::integer[],
      ${arrayLiteral(sorted.map(({ result }) => result))}::text[],
      ${arrayLiteral(sorted.map(({ job }) => job.claimedAt))}::text[]
    ) AS id`;
  const lost = new Set(rows.map((row) => row.id));
  // A worker may have been given a job again whose first run has ended late: only its newest claim can have completed it.
  const isOutdated = (job: ClaimedJob, next: Completion | undefined) => next?.job.id === job.id;
  return new Set(
    sorted
      .map(({ job }) => job)
      .filter((job, index) => lost.has(job.id) || isOutdated(job, sorted[index + 1])),
  );
}

/** By job, and then by claim, the newest last. */
function inOrder(a: Completion, b: Completion): number {
  if (a.job.id !== b.job.id) return a.job.id < b.job.id ? -1 : 1;
  return a.job.fence - b.job.fence;
}

/** Whether this worker has completed the job under this very claim: completing does not raise the fence. */
export async function isCompleted(sql: Sql, workerId: string, job: ClaimedJob): Promise<boolean> {
  const { count } = await sql`
    SELECT FROM orq.jobs WHERE id = ${job.id} AND state = 'completed' AND fence = ${job.fence}
      AND worker_id = ${workerId}`;
  return count === 1;
}
