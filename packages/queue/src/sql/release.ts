import type { Sql } from '@orq/db';
import { arrayLiteral } from './array-literal.ts';

/** Hands back what the CTE `held` (id, fence) names, each where it stood before; what is no longer held so is passed over. */
const handBack = (sql: Sql) => sql`
  job AS (
    UPDATE orq.jobs j SET fence = j.fence + 1, progress = NULL, updated_at = now()
    FROM held
    WHERE j.id = held.id AND j.fence = held.fence AND j.state = 'open'
    RETURNING j.queue, j.priority, j.run_at, j.id, j.job_type
  )
  INSERT INTO orq.ready (queue, priority, run_at, job_id, job_type)
  SELECT queue, priority, run_at, id, job_type FROM job`;

/** Hands a job back to `ready`, no attempt spent. @returns false when the job is no longer held */
export async function releaseJob(sql: Sql, job: { id: string; fence: number }): Promise<boolean> {
  const { count } = await sql`
    WITH held AS (SELECT ${job.id}::uuid AS id, ${job.fence}::integer AS fence), ${handBack(sql)}`;
  return count === 1;
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
