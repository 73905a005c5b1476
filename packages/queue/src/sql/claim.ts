import type { Sql } from '@orq/db';
import { arrayLiteral } from './array-literal.ts';

/** A job as a worker holds it. */
export interface ClaimedJob {
  id: string;
  type: string;
  queue: string;
  priority: number;
  payload: unknown;
  /** The attempt that this claim begins, from 1. */
  attempt: number;
  maxAttempts: number;
  /** Fencing token: settles the job only while no one else was given it. */
  fence: number;
  /** When it was due, in microseconds since 1970: with its id, its position within its priority. */
  due: number;
  /** The database's time of the claim, in its own text form. */
  claimedAt: string;
  claimId: string;
}

/** A place in the order in which the jobs of one priority run. */
export interface LanePosition {
  priority: number;
  /** Microseconds since 1970. */
  due: number;
  id: string;
}

/**
 * Where a claim begins in each priority, most urgent first. `sweep`: it finds the priorities itself, and begins at their
 * heads. `exclusive sweep`: the same, and gives nothing while another worker sweeps this queue.
 */
export type ClaimFrom = readonly LanePosition[] | 'sweep' | 'exclusive sweep';

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
  from: ClaimFrom;
}

interface Row {
  id: string;
  job_type: string;
  payload: string;
  attempt: number;
  max_attempts: number;
  fence: number;
  priority: number;
  due: number;
  claimed_at: string;
}

/**
 * Takes up to `limit` due jobs: deletes them from `ready` and writes one `claims` row for them all. A worker that is
 * not registered gets none: no lease would hold them. The statement is the function `orq.claim_jobs`
 * (packages/db/migrations), which pins its plan.
 */
export async function claimJobs(sql: Sql, request: ClaimRequest): Promise<ClaimedJob[]> {
  const { claimId, workerId, queue, limit, except, finished, from } = request;
  const sweep = typeof from === 'string';
  const lanes = sweep ? [] : from;
  const rows = await sql<Row[]>`
    SELECT * FROM orq.claim_jobs(
      ${claimId}, ${workerId}, ${queue}, ${limit}, ${arrayLiteral(except)}::text[], ${arrayLiteral(finished)}::uuid[],
      ${sweep}, ${from === 'exclusive sweep'}, ${arrayLiteral(lanes.map(({ priority }) => priority))}::smallint[],
      ${arrayLiteral(lanes.map(({ due }) => due))}::float8[], ${arrayLiteral(lanes.map(({ id }) => id))}::uuid[])`;
  return rows.map((row) => ({
    id: row.id,
    type: row.job_type,
    queue,
    priority: row.priority,
    payload: JSON.parse(row.payload),
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    fence: row.fence,
    due: row.due,
    claimedAt: row.claimed_at,
    claimId,
  }));
}
