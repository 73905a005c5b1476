import type { Sql } from '@orq/db';

/** A queue that breaks one of these has lost a job, runs it twice, or will. Each query gives what breaks it. */
const BROKEN_BY: Record<string, string> = {
  'an open job stands in exactly one place: ready, parked, or a claim under its fence': `
    SELECT j.id, ready.count AS ready, parked.count AS parked, claims.count AS claims FROM orq.jobs j,
      LATERAL (SELECT count(*) FROM orq.ready r WHERE r.job_id = j.id) ready,
      LATERAL (SELECT count(*) FROM orq.parked p WHERE p.job_id = j.id) parked,
      LATERAL (SELECT count(*) FROM orq.claims c, unnest(c.job_ids, c.fences) AS held (id, fence)
        WHERE held.id = j.id AND held.fence = j.fence) claims
    WHERE j.state = 'open' AND ready.count + parked.count + claims.count <> 1`,
  'where a job waits, it is told of as its row in jobs says': `
    SELECT w.job_id FROM (
      SELECT job_id, queue, priority, run_at, concurrency_key FROM orq.ready
      UNION ALL SELECT job_id, queue, priority, run_at, concurrency_key FROM orq.parked
    ) w JOIN orq.jobs j ON j.id = w.job_id
    WHERE (w.queue, w.priority, w.run_at, w.concurrency_key)
      IS DISTINCT FROM (j.queue, j.priority, j.run_at, j.concurrency_key)`,
  'a job that has ended waits nowhere': `
    SELECT j.id, j.state FROM orq.jobs j WHERE j.state <> 'open'
      AND (EXISTS (SELECT FROM orq.ready r WHERE r.job_id = j.id) OR EXISTS (SELECT FROM orq.parked p WHERE p.job_id = j.id))`,
  'of one key no more jobs run than its limit': `
    SELECT j.concurrency_key, count(*), max(j.concurrency_limit) AS most FROM orq.jobs j
    WHERE j.state = 'open' AND j.concurrency_key IS NOT NULL AND EXISTS (
      SELECT FROM orq.claims c, unnest(c.job_ids, c.fences) AS held (id, fence)
      WHERE held.id = j.id AND held.fence = j.fence)
    GROUP BY j.concurrency_key HAVING count(*) > max(j.concurrency_limit)`,
  'a job of a key that runs has a slot': `
    SELECT j.id FROM orq.jobs j JOIN orq.claims c ON true, unnest(c.job_ids, c.fences) AS held (id, fence)
    WHERE j.state = 'open' AND j.concurrency_key IS NOT NULL AND held.id = j.id AND held.fence = j.fence
      AND NOT EXISTS (SELECT FROM orq.key_slots s WHERE s.job_id = j.id AND s.fence = j.fence)`,
  'nothing is parked while its key has a free slot, and all keys with freed slots were woken': `
    SELECT p.concurrency_key, count(*) AS parked FROM orq.parked p JOIN orq.jobs j ON j.id = p.job_id
    WHERE NOT EXISTS (
      SELECT FROM orq.key_slots s WHERE s.concurrency_key = p.concurrency_key
        AND NOT EXISTS (SELECT FROM orq.jobs o WHERE o.id = s.job_id AND o.state = 'open' AND o.fence = s.fence))
    GROUP BY p.concurrency_key
    HAVING min(j.concurrency_limit) > (
      SELECT count(*) FROM orq.key_slots s WHERE s.concurrency_key = p.concurrency_key)`,
  'only what is open holds a unique key': `
    SELECT id, state FROM orq.jobs WHERE unique_key IS NOT NULL AND state <> 'open'`,
  'what is to be cancelled does not wait': `
    SELECT j.id FROM orq.jobs j WHERE j.state = 'open' AND j.cancel_requested_at IS NOT NULL
      AND (EXISTS (SELECT FROM orq.ready r WHERE r.job_id = j.id) OR EXISTS (SELECT FROM orq.parked p WHERE p.job_id = j.id))`,
  'each attempt that did not complete has its row, numbered without gaps': `
    SELECT j.id, j.state, j.attempt, a.count AS rows, a.last FROM orq.jobs j,
      LATERAL (SELECT count(*), coalesce(max(attempt), 0) AS last FROM orq.job_attempts WHERE job_id = j.id) a
    WHERE a.count <> a.last OR a.count <> j.attempt - (j.state = 'completed')::int`,
  'no more attempts than it may have': `SELECT id, attempt FROM orq.jobs WHERE attempt > max_attempts`,
  'what has ended has an end, and what is open has none': `
    SELECT id, state FROM orq.jobs WHERE (state = 'open') <> (finished_at IS NULL)`,
};

const ALL = Object.entries(BROKEN_BY)
  .map(
    ([name, query]) =>
      `SELECT '${name}' AS invariant, to_jsonb(broken)::text AS by FROM (${query}) AS broken`,
  )
  .join(' UNION ALL ');
/** The driver prepares only what has a parameter, and planning takes longer than all the rest. */
const PREPARED = `SELECT * FROM (${ALL}) AS line WHERE $1::text IS NOT NULL`;

/** @returns what breaks an invariant, a line each; empty where nothing does */
export async function brokenInvariants(sql: Sql): Promise<string[]> {
  const rows = await sql.unsafe<{ invariant: string; by: string }[]>(PREPARED, ['all'], { prepare: true });
  return rows.map(({ invariant, by }) => `${invariant}: ${by}`);
}
