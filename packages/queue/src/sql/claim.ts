import type { Sql } from '@orq/db';
import { arrayLiteral } from './array-literal.ts';

/** A job as a worker holds it. */
export interface ClaimedJob {
  id: string;
  type: string;
  queue: string;
  payload: unknown;
  /** The attempt that this claim begins, from 1. */
  attempt: number;
  maxAttempts: number;
  /** Fencing token: settles the job only while no one else was given it. */
  fence: number;
  /** The database's time of the claim, in its own text form. */
  claimedAt: string;
  claimId: string;
}

export interface ClaimRequest {
  /** Made by the worker beforehand, so that a claim whose answer was lost can be found again. */
  claimId: string;
  workerId: string;
  queue: string;
  limit: number;
  /** Types left for other live workers, which know them. */
  except: readonly string[];
  /** Claims whose jobs are all settled: removed in passing. */
  finished: readonly string[];
}

interface Row {
  id: string;
  job_type: string;
  payload: string;
  attempt: number;
  max_attempts: number;
  fence: number;
  claimed_at: string;
}

/**
 * Takes up to `limit` due jobs: deletes them from `ready` and writes one `claims` row for them all. A worker that is
 * not registered gets none: no lease would hold them.
 * The array of ctids keeps the plan on the primary key whatever the statistics say.
 */
export async function claimJobs(sql: Sql, request: ClaimRequest): Promise<ClaimedJob[]> {
  const { claimId, workerId, queue, limit, except, finished } = request;
  const rows = await sql<Row[]>`
    WITH finished AS (
      DELETE FROM orq.claims WHERE id = ANY (${arrayLiteral(finished)}::uuid[])
    ), taken AS (
      DELETE FROM orq.ready WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM orq.ready
        WHERE queue = ${queue} AND run_at <= now() AND job_type <> ALL (${arrayLiteral(except)}::text[])
          AND EXISTS (SELECT FROM orq.workers WHERE id = ${workerId})
        ORDER BY priority, run_at, job_id
        LIMIT ${limit}
        FOR UPDATE SKIP LOCKED
      ))
      RETURNING job_id, priority, run_at
    ), job AS (
      SELECT j.id, j.job_type, j.payload, j.attempt, j.max_attempts, j.fence, taken.priority, taken.run_at
      FROM taken JOIN orq.jobs j ON j.id = taken.job_id
      WHERE j.state = 'open'
    ), claim AS (
      INSERT INTO orq.claims (id, worker_id, job_ids, fences, claimed_at)
      SELECT ${claimId}, ${workerId}, array_agg(id), array_agg(fence), now() FROM job HAVING count(*) > 0
    )
    SELECT id, job_type, payload::text, attempt + 1 AS attempt, max_attempts, fence, now()::text AS claimed_at
    FROM job ORDER BY priority, run_at, id`;
  return rows.map((row) => ({
    id: row.id,
    type: row.job_type,
    queue,
    payload: JSON.parse(row.payload),
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    fence: row.fence,
    claimedAt: row.claimed_at,
    claimId,
  }));
}
