import type { JobResource } from '@orq/contracts';
import type { Sql } from '@orq/db';
import { jobSummary } from './job-json.ts';

/** Reads a job as clients see it; null where there is none. The id must be a UUID. */
export async function readJob(sql: Sql, id: string): Promise<JobResource | null> {
  const [row] = await sql<{ job: string }[]>`
    SELECT (${jobSummary(sql)} || jsonb_build_object('result', result))::text AS job
    FROM orq.job_status WHERE id = ${id}`;
  return row ? (JSON.parse(row.job) as JobResource) : null;
}
