import type { JobLogLine } from '@orq/contracts';
import type { Sql } from '@orq/db';

/** The levels that are kept with a job. */
export type JobLogLevel = 'info' | 'warn' | 'error';

/** A line of a job's log, on its way to the database. */
export interface JobLogDraft {
  jobId: string;
  attempt: number;
  level: JobLogLevel;
  message: string;
  /** JSON text; null where there are none. */
  fields: string | null;
  /** When it was logged, by `performance.now()`. */
  loggedAt: number;
}

/** The lock keeps a job from being deleted before its lines are there, which would refuse those of all the others. */
const INSERT = `
WITH line AS MATERIALIZED (
  SELECT * FROM ROWS FROM (json_to_recordset($1::text::json) AS (
    job_id uuid, attempt smallint, level text, message text, fields jsonb, age_ms float8
  )) WITH ORDINALITY AS x (job_id, attempt, level, message, fields, age_ms, position)
), job AS MATERIALIZED (
  SELECT id FROM orq.jobs WHERE id = ANY (ARRAY(SELECT DISTINCT job_id FROM line ORDER BY 1)) FOR KEY SHARE
)
INSERT INTO orq.job_logs (job_id, attempt, logged_at, level, message, fields)
SELECT line.job_id, line.attempt, statement_timestamp() - line.age_ms * interval '1 ms', line.level, line.message,
  line.fields
FROM line JOIN job ON job.id = line.job_id
ORDER BY line.position`;

/**
 * Writes lines in their order; those of jobs that are deleted by now are left out. `logged_at` is the database's time
 * less the age of the line, which the process has measured: the clocks of two machines need not agree.
 */
export async function insertJobLogs(sql: Sql, lines: readonly JobLogDraft[]): Promise<void> {
  const now = performance.now();
  const records = lines.map(
    ({ jobId, attempt, level, message, fields, loggedAt }) =>
      `{"job_id":"${jobId}","attempt":${attempt},"level":"${level}","message":${JSON.stringify(message)},` +
      `"fields":${fields ?? 'null'},"age_ms":${Math.max(0, now - loggedAt)}}`,
  );
  await sql.unsafe(INSERT, [`[${records.join()}]`], { prepare: true });
}

/** Reads a job's lines in the order in which they were written, those after line `after`, `limit` at most. */
export async function readJobLogs(
  sql: Sql,
  jobId: string,
  { after, limit }: { after: number; limit: number },
): Promise<JobLogLine[]> {
  const rows = await sql<{ line: string }[]>`
    SELECT jsonb_build_object(
      'id', id, 'attempt', attempt, 'level', level, 'message', message, 'fields', fields,
      'at', to_char(logged_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    )::text AS line
    FROM orq.job_logs WHERE job_id = ${jobId} AND id > ${after} ORDER BY job_id, id LIMIT ${limit}`;
  return rows.map(({ line }) => JSON.parse(line) as JobLogLine);
}
