import type { JobAttempt } from '@orq/contracts';
import type { Sql } from '@orq/db';
import { iso } from './job-json.ts';

/** Reads the attempts of a job that did not complete, the latest first, those before attempt `before`, `limit` at most. */
export async function readJobAttempts(
  sql: Sql,
  jobId: string,
  { before, limit }: { before: number; limit: number },
): Promise<JobAttempt[]> {
  const rows = await sql<{ attempt: string }[]>`
    SELECT jsonb_build_object(
      'attempt', attempt, 'outcome', outcome, 'worker_id', worker_id, 'error', error,
      'started_at', ${iso(sql, 'started_at')}, 'finished_at', ${iso(sql, 'finished_at')}
    )::text AS attempt
    FROM orq.job_attempts WHERE job_id = ${jobId} AND job_attempts.attempt < ${before}::integer
    ORDER BY job_id DESC, job_attempts.attempt DESC LIMIT ${limit}`;
  return rows.map(({ attempt }) => JSON.parse(attempt) as JobAttempt);
}
