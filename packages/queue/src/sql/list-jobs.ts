import type { JobSummary } from '@orq/contracts';
import type { Sql } from '@orq/db';
import { readBounded } from './bounded-read.ts';
import { idsIn, JOBS_A_SCAN, sourceFor } from './job-candidates.ts';
import { idsCreatedIn, type JobChoice, matches } from './job-filter.ts';
import { jobSummary } from './job-json.ts';

export interface JobListing {
  jobs: JobSummary[];
  /** The id before which the next page begins; null where there is none. */
  next: string | null;
}

/**
 * Reads the newest jobs that a filter means, before `before`, `limit` at most. It looks at {@link JOBS_A_SCAN} at most:
 * where that gives fewer, `next` is where it has come to. All of it is one snapshot.
 */
export function listJobs(
  sql: Sql,
  filter: JobChoice,
  { before, limit }: { before: string | undefined; limit: number },
): Promise<JobListing> {
  const created = idsCreatedIn(filter);
  const range = before !== undefined && before < created.before ? { ...created, before } : created;
  return readBounded(sql, async (tx) => {
    const ids = idsIn(sql, await sourceFor(sql, tx, filter), filter, range);
    // Each by its key, by its own look: OFFSET 0 keeps the planner from making a join of it.
    const [row] = await tx<{ jobs: string; next: string | null }[]>`
      WITH found AS MATERIALIZED (
        SELECT j.id FROM (${ids} LIMIT ${JOBS_A_SCAN}) AS candidate
        CROSS JOIN LATERAL (
          SELECT j.* FROM orq.jobs j WHERE j.id = candidate.id AND coalesce(candidate.attempt = j.attempt, true) OFFSET 0
        ) AS j
        WHERE ${matches(sql, filter)}
        ORDER BY candidate.id DESC LIMIT ${limit + 1}
      ), page AS MATERIALIZED (
        SELECT id FROM found ORDER BY id DESC LIMIT ${limit}
      )
      SELECT (
          SELECT coalesce(jsonb_agg(${jobSummary(sql)} ORDER BY id DESC), '[]')::text FROM (
            SELECT s.* FROM page CROSS JOIN LATERAL (SELECT * FROM orq.job_status s WHERE s.id = page.id OFFSET 0) AS s
          ) AS listed
        ) AS jobs,
        CASE WHEN (SELECT count(*) FROM found) > ${limit} THEN (SELECT id FROM page ORDER BY id LIMIT 1)
          ELSE (SELECT id FROM (${ids} OFFSET ${JOBS_A_SCAN - 1} LIMIT 1) AS last) END AS next`;
    return { jobs: JSON.parse(row?.jobs ?? '[]') as JobSummary[], next: row?.next ?? null };
  });
}
