import type { JobLogLine, JobStatus } from '@orq/contracts';
import type { Sql } from '@orq/db';
import { arrayLiteral } from './array-literal.ts';
import { iso } from './job-json.ts';

/** Lines of one job that are read at a time. */
export const LINES_AT_ONCE = 200;

/** Which job to look at, and the last line of its log that is known. */
export interface JobGlance {
  id: string;
  afterLine: number;
}

/** How a job stands, for those who follow it. */
export interface JobLook {
  status: JobStatus;
  attempt: number;
  /** Rises whenever the job is taken from its holder: it tells two waits, or two runs, of one attempt apart. */
  fence: number;
  progress: number | null;
  /** When it was changed last. ISO 8601. */
  at: string;
  /** The next lines of its log, {@link LINES_AT_ONCE} at most. */
  lines: JobLogLine[];
}

/** Looks at jobs. @returns how each stands, in the order of the glances; null for one that is not there */
export async function lookAtJobs(sql: Sql, glances: readonly JobGlance[]): Promise<(JobLook | null)[]> {
  const rows = await sql<{ look: string | null }[]>`
    SELECT CASE WHEN s.id IS NOT NULL THEN json_build_object(
        'status', s.status, 'attempt', s.attempt, 'fence', j.fence, 'progress', s.progress, 'at', ${iso(sql, 's.updated_at')},
        'lines', coalesce(log.lines, '[]'))::text END AS look
    FROM unnest(${arrayLiteral(glances.map(({ id }) => id))}::text::uuid[],
        ${arrayLiteral(glances.map(({ afterLine }) => afterLine))}::text::bigint[]) WITH ORDINALITY AS glance (id, line, number)
      LEFT JOIN orq.job_status s ON s.id = glance.id
      LEFT JOIN orq.jobs j ON j.id = glance.id
      LEFT JOIN LATERAL (
        SELECT json_agg(json_build_object('id', l.id, 'attempt', l.attempt, 'level', l.level, 'message', l.message,
          'fields', l.fields, 'at', ${iso(sql, 'l.logged_at')}) ORDER BY l.id) AS lines
        FROM (SELECT * FROM orq.job_logs WHERE job_id = glance.id AND id > glance.line ORDER BY job_id, id LIMIT ${LINES_AT_ONCE}) l
      ) AS log ON true
    ORDER BY glance.number`;
  return rows.map(({ look }) => (look === null ? null : (JSON.parse(look) as JobLook)));
}
