import type { WorkerResource } from '@orq/contracts';
import type { Sql } from '@orq/db';
import { readBounded } from './bounded-read.ts';
import { iso } from './job-json.ts';

/** Reads the workers that are registered, the newest first, those before `before`, `limit` at most. */
export function listWorkers(
  sql: Sql,
  { before, limit }: { before: string | undefined; limit: number },
): Promise<WorkerResource[]> {
  return readBounded(sql, async (tx) => {
    const rows = await tx<{ worker: string }[]>`
      WITH page AS MATERIALIZED (
        SELECT * FROM orq.workers WHERE id < ${before ?? 'ffffffff-ffff-ffff-ffff-ffffffffffff'}::text::uuid
        ORDER BY id DESC LIMIT ${limit}
      )
      SELECT jsonb_build_object(
        'id', page.id, 'name', name, 'version', version, 'queues', queues, 'job_types', job_types,
        'concurrency', concurrency, 'processing', held.count, 'lease_ms', lease_ms,
        'live', heartbeat_at >= now() - lease_ms * interval '1 ms',
        'started_at', ${iso(sql, 'page.started_at')}, 'heartbeat_at', ${iso(sql, 'heartbeat_at')}
      )::text AS worker
      FROM page CROSS JOIN LATERAL (
        SELECT count(*)::integer FROM orq.claims c, unnest(c.job_ids, c.fences) AS held (id, fence)
        CROSS JOIN LATERAL (
          SELECT FROM orq.jobs j WHERE j.id = held.id AND j.fence = held.fence AND j.state = 'open' OFFSET 0
        ) AS j
        WHERE c.worker_id = page.id
      ) AS held
      ORDER BY page.id DESC`;
    return rows.map(({ worker }) => JSON.parse(worker) as WorkerResource);
  });
}
