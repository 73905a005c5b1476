import type { JobResource } from '@orq/contracts';
import type { Sql } from '@orq/db';

/** Reads a job as clients see it; null where there is none. The id must be a UUID. */
export async function readJob(sql: Sql, id: string): Promise<JobResource | null> {
  const iso = (column: string) =>
    sql`to_char(${sql(column)} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
  const [row] = await sql<{ job: string }[]>`
    SELECT jsonb_build_object(
      'id', id, 'job_type', job_type, 'queue', queue, 'status', status, 'priority', priority,
      'attempt', attempt, 'max_attempts', max_attempts, 'progress', progress, 'result', result, 'error', error,
      'worker_id', worker_id, 'tags', tags,
      'run_at', ${iso('run_at')}, 'created_at', ${iso('created_at')}, 'started_at', ${iso('started_at')},
      'finished_at', ${iso('finished_at')}, 'updated_at', ${iso('updated_at')}
    )::text AS job
    FROM orq.job_status WHERE id = ${id}`;
  return row ? (JSON.parse(row.job) as JobResource) : null;
}
