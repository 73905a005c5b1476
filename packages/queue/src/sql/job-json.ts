import type { Sql } from '@orq/db';

/** A column of times as answers have them: ISO 8601, in UTC, to a millisecond. */
export const iso = (sql: Sql, column: string) =>
  sql`to_char(${sql(column)} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** What lists tell of a row of `orq.job_status`: all that clients see of a job, but its result. */
export const jobSummary = (sql: Sql) => sql`
  jsonb_build_object(
    'id', id, 'job_type', job_type, 'queue', queue, 'status', status, 'priority', priority,
    'attempt', attempt, 'max_attempts', max_attempts, 'progress', progress, 'error', error,
    'worker_id', worker_id, 'tags', tags,
    'run_at', ${iso(sql, 'run_at')}, 'created_at', ${iso(sql, 'created_at')},
    'started_at', ${iso(sql, 'started_at')}, 'finished_at', ${iso(sql, 'finished_at')},
    'updated_at', ${iso(sql, 'updated_at')}
  )`;
