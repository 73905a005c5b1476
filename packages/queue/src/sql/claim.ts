import type { Sql } from '@orq/db';
import type { RetryPolicy } from '../retry-policy.ts';
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
  /** What the job says of its run; null where it says nothing. */
  limits: JobLimits | null;
}

/** What a job may say of its run. Null: nothing. */
interface JobLimits {
  /** When its deadline comes, by `performance.now()`; in ms. */
  deadlineAt: number | null;
  /** How long an attempt may take. In ms. */
  timeoutMs: number | null;
  retry: RetryPolicy | null;
  concurrencyKey: string | null;
}

/** What a claim gave. */
export interface Claim {
  jobs: ClaimedJob[];
  /** Jobs that were due too, but wait for a slot of their concurrency key now. */
  parked: number;
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

/** The first row is about the claim, each other is a job. */
interface Row {
  claimed_at: string;
  parked: number;
  id: string;
  job_type: string;
  payload: string;
  attempt: number;
  max_attempts: number;
  fence: number;
  priority: number;
  due: number;
  limits: string | null;
}

/**
 * Takes up to `limit` due jobs: deletes them from `ready` and writes one `claims` row for them all. A worker that is
 * not registered gets none: no lease would hold them; nor does any from a paused queue. The statement is the function
 * `orq.claim_jobs` (packages/db/migrations), which pins its plan.
 */
export async function claimJobs(sql: Sql, request: ClaimRequest): Promise<Claim> {
  const { claimId, workerId, queue, limit, except, finished, from } = request;
  const sweep = typeof from === 'string';
  const lanes = sweep ? [] : from;
  const [claim, ...rows] = await sql<Row[]>`
    SELECT * FROM orq.claim_jobs(
      ${claimId}, ${workerId}, ${queue}, ${limit}, ${arrayLiteral(except)}::text[], ${arrayLiteral(finished)}::uuid[],
      ${sweep}, ${from === 'exclusive sweep'}, ${arrayLiteral(lanes.map(({ priority }) => priority))}::smallint[],
      ${arrayLiteral(lanes.map(({ due }) => due))}::float8[], ${arrayLiteral(lanes.map(({ id }) => id))}::uuid[])`;
  if (!claim) return { jobs: [], parked: 0 };
  const receivedAt = performance.now();
  const jobs = rows.map((row) => ({
    id: row.id,
    type: row.job_type,
    queue,
    priority: row.priority,
    payload: JSON.parse(row.payload),
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    fence: row.fence,
    due: row.due,
    claimedAt: claim.claimed_at,
    claimId,
    limits: row.limits === null ? null : limitsOf(JSON.parse(row.limits), receivedAt),
  }));
  return { jobs, parked: claim.parked };
}

type StoredLimits = Omit<JobLimits, 'deadlineAt'> & { deadlineInMs: number | null };

/** The deadline by this process's clock: how far it is was told by the database's. */
function limitsOf({ deadlineInMs, ...limits }: StoredLimits, receivedAt: number): JobLimits {
  return { ...limits, deadlineAt: deadlineInMs === null ? null : receivedAt + deadlineInMs };
}
