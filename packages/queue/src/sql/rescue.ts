import type { Sql } from '@orq/db';

export interface RescuedJob {
  job_id: string;
  job_type: string;
  queue: string;
  /** The attempt that was lost. */
  attempt: number;
  state: 'open' | 'failed' | 'cancelled';
  worker_id: string;
}

/** Claims that one call rescues at most, so that it stays short. */
const CLAIMS_AT_ONCE = 100;

/**
 * Takes the jobs of dead workers back: those whose worker sent no heartbeat for its lease, or is not there at all.
 * A job with attempts left goes to `ready` at once, one without fails, one that was to be cancelled is. A job whose row is locked is left for the next call,
 * and its claim with it: a worker that was stopped in the middle of a commit must not stop those that look for it.
 *
 * @param rescuer the worker that asks: it lives, however late its own heartbeat may be
 */
export async function rescueJobs(sql: Sql, rescuer: string): Promise<RescuedJob[]> {
  return sql<RescuedJob[]>`
    WITH dead AS (
      DELETE FROM orq.workers
      WHERE heartbeat_at < now() - lease_ms * interval '1 ms' AND id <> ${rescuer}
      RETURNING id
    ), claim AS MATERIALIZED (
      SELECT c.* FROM orq.claims c
      WHERE c.worker_id IN (SELECT id FROM dead)
        OR NOT EXISTS (SELECT FROM orq.workers w WHERE w.id = c.worker_id)
      LIMIT ${CLAIMS_AT_ONCE}
      FOR UPDATE SKIP LOCKED
    ), open AS MATERIALIZED (
      SELECT claim.id AS claim_id, claim.worker_id, claim.claimed_at, pair.job_id, pair.fence
      FROM claim, unnest(claim.job_ids, claim.fences) AS pair (job_id, fence)
      JOIN orq.jobs j ON j.id = pair.job_id AND j.fence = pair.fence AND j.state = 'open'
    ), free AS MATERIALIZED (
      SELECT j.id,
        CASE
          WHEN j.cancel_requested_at IS NOT NULL THEN 'cancelled'
          WHEN j.attempt + 1 < j.max_attempts THEN 'open'
          ELSE 'failed'
        END::orq.job_state AS next_state
      FROM orq.jobs j WHERE j.id = ANY (ARRAY(SELECT job_id FROM open)) FOR UPDATE SKIP LOCKED
    ), held AS (
      SELECT open.*, free.next_state FROM open JOIN free ON free.id = open.job_id
    ), gone AS (
      DELETE FROM orq.claims WHERE id = ANY (ARRAY(
        SELECT claim.id FROM claim WHERE NOT EXISTS (
          SELECT FROM open WHERE open.claim_id = claim.id AND NOT EXISTS (SELECT FROM free WHERE free.id = open.job_id))
      ))
    ), job AS (
      UPDATE orq.jobs j
      SET state = held.next_state,
        attempt = j.attempt + 1,
        fence = j.fence + 1,
        error = format('The worker was lost during attempt %s: it sent no heartbeat within its lease', j.attempt + 1),
        progress = NULL,
        worker_id = held.worker_id,
        unique_key = CASE WHEN held.next_state = 'open' THEN j.unique_key END,
        started_at = held.claimed_at,
        finished_at = CASE WHEN held.next_state <> 'open' THEN now() END,
        touched_at = now()
      FROM held
      WHERE j.id = held.job_id AND j.fence = held.fence AND j.state = 'open'
      RETURNING j.id, j.queue, j.priority, j.run_at, j.job_type, j.attempt, j.state, j.worker_id, j.started_at, j.error,
        j.concurrency_key
    ), waiting AS (
      INSERT INTO orq.ready (queue, priority, run_at, job_id, concurrency_key)
      SELECT queue, priority, run_at, id, concurrency_key FROM job WHERE state = 'open'
    ), noted AS (
      INSERT INTO orq.job_attempts (job_id, attempt, outcome, worker_id, started_at, finished_at, error)
      SELECT id, attempt, 'lost', worker_id, started_at, now(), error FROM job
    )
    SELECT id AS job_id, job_type, queue, attempt, state, worker_id FROM job`;
}
