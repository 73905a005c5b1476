import type { Sql } from '@orq/db';
import { arrayLiteral } from './array-literal.ts';

/**
 * Hands back what the CTE `held` (id, fence) names, each where it stood before; what is no longer held so is passed over.
 * A job may stand in `ready` already: a crash of the server may have undone its claim, which does not wait for the disk.
 */
const handBack = (sql: Sql) => sql`
  job AS (
    UPDATE orq.jobs j SET fence = j.fence + 1, progress = NULL, touched_at = now()
    FROM held
    WHERE j.id = held.id AND j.fence = held.fence AND j.state = 'open'
    RETURNING j.queue, j.priority, j.run_at, j.id
  )
  INSERT INTO orq.ready (queue, priority, run_at, job_id)
  SELECT queue, priority, run_at, id FROM job
  ON CONFLICT DO NOTHING`;

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
