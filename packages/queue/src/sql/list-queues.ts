import type { QueueResource } from '@orq/contracts';
import type { Sql } from '@orq/db';
import { readBounded } from './bounded-read.ts';
import { isAmong } from './job-filter.ts';
import { iso } from './job-json.ts';

/** Jobs of a priority are counted up to here, and those that are claimed, or parked, in all. */
const MOST_COUNTED = 100_000;
/** Priorities of a queue that are looked at. */
const MOST_PRIORITIES = 1_000;

/** Each goes from one priority of the queue to the next, and counts along the primary key. */
const waiting = (sql: Sql) => sql`
  SELECT sum(due.count)::integer AS pending, sum(deferred.count)::integer AS deferred, min(oldest.run_at) AS oldest
  FROM (
    WITH RECURSIVE lane AS (
      (SELECT priority FROM orq.ready WHERE queue = page.name ORDER BY queue, priority, run_at, job_id LIMIT 1)
      UNION ALL
      SELECT next.priority FROM lane CROSS JOIN LATERAL (
        SELECT priority FROM orq.ready WHERE queue = page.name AND priority > lane.priority
        ORDER BY queue, priority, run_at, job_id LIMIT 1
      ) AS next
    )
    SELECT priority FROM lane LIMIT ${MOST_PRIORITIES}
  ) AS lane
  CROSS JOIN LATERAL (
    SELECT count(*) FROM (
      SELECT FROM orq.ready r WHERE r.queue = page.name AND r.priority = lane.priority AND r.run_at <= now()
      LIMIT ${MOST_COUNTED}) AS one
  ) AS due
  CROSS JOIN LATERAL (
    SELECT count(*) FROM (
      SELECT FROM orq.ready r WHERE r.queue = page.name AND r.priority = lane.priority AND r.run_at > now()
      LIMIT ${MOST_COUNTED}) AS one
  ) AS deferred
  LEFT JOIN LATERAL (
    SELECT r.run_at FROM orq.ready r WHERE r.queue = page.name AND r.priority = lane.priority AND r.run_at <= now()
    ORDER BY r.queue, r.priority, r.run_at, r.job_id LIMIT 1
  ) AS oldest ON true`;

/**
 * Reads how queues stand, by name, those of `queues` after `after`, `limit` at most: all that anything is known of, a job that has not
 * ended, a pause, a live worker, or something that was settled in the last minutes.
 */
export function listQueues(
  sql: Sql,
  { queues, after, limit }: { queues: readonly string[] | undefined; after: string; limit: number },
): Promise<QueueResource[]> {
  return readBounded(sql, async (tx) => {
    const rows = await tx<{ queue: string }[]>`
      WITH RECURSIVE filled AS (
        (SELECT queue FROM orq.ready WHERE queue > ${after} ORDER BY queue, priority, run_at, job_id LIMIT 1)
        UNION ALL
        SELECT next.queue FROM filled CROSS JOIN LATERAL (
          SELECT queue FROM orq.ready WHERE queue > filled.queue ORDER BY queue, priority, run_at, job_id LIMIT 1
        ) AS next
      ), parked AS MATERIALIZED (
        SELECT queue, count(*)::integer AS count, min(run_at) AS oldest
        FROM (SELECT queue, run_at FROM orq.parked LIMIT ${MOST_COUNTED}) AS one GROUP BY queue
      ), running AS MATERIALIZED (
        SELECT j.queue, count(*)::integer AS count
        FROM (SELECT held.* FROM orq.claims c, unnest(c.job_ids, c.fences) AS held (id, fence) LIMIT ${MOST_COUNTED}) AS held
        CROSS JOIN LATERAL (
          SELECT queue FROM orq.jobs j WHERE j.id = held.id AND j.fence = held.fence AND j.state = 'open' OFFSET 0
        ) AS j
        GROUP BY j.queue
      ), worked AS MATERIALIZED (
        SELECT w.name, count(*)::integer AS count FROM orq.workers, unnest(queues) AS w (name)
        WHERE heartbeat_at >= now() - lease_ms * interval '1 ms' GROUP BY w.name
      ), settled AS MATERIALIZED (
        SELECT queue, sum(completed)::integer AS completed, sum(failed)::integer AS failed FROM orq.queue_tallies
        WHERE at >= now() - interval '70 s' AND at < now() - interval '10 s' GROUP BY queue
      ), page AS MATERIALIZED (
        SELECT name FROM (
          (SELECT queue AS name FROM filled WHERE ${isAmong(sql, 'queue', queues)} LIMIT ${limit})
          UNION SELECT name FROM orq.queues UNION SELECT queue FROM parked UNION SELECT queue FROM running
          UNION SELECT name FROM worked UNION SELECT queue FROM settled
        ) AS known
        WHERE name > ${after} AND ${isAmong(sql, 'name', queues)} ORDER BY name LIMIT ${limit}
      )
      SELECT jsonb_build_object(
        'name', page.name, 'paused_at', ${iso(sql, 'q.paused_at')}, 'workers', coalesce(worked.count, 0),
        'pending', coalesce(waiting.pending, 0) + coalesce(parked.count, 0), 'deferred', coalesce(waiting.deferred, 0),
        'processing', coalesce(running.count, 0),
        'oldest_age_ms', floor(extract(epoch FROM now() - least(waiting.oldest, parked.oldest)) * 1000)::bigint,
        'completed_per_minute', coalesce(settled.completed, 0), 'failed_per_minute', coalesce(settled.failed, 0)
      )::text AS queue
      FROM page
      LEFT JOIN orq.queues q ON q.name = page.name
      LEFT JOIN parked ON parked.queue = page.name
      LEFT JOIN running ON running.queue = page.name
      LEFT JOIN worked ON worked.name = page.name
      LEFT JOIN settled ON settled.queue = page.name
      CROSS JOIN LATERAL (${waiting(sql)}) AS waiting
      ORDER BY page.name`;
    return rows.map(({ queue }) => JSON.parse(queue) as QueueResource);
  });
}
