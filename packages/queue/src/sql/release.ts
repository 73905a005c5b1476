import type { Sql, TransactionSql } from '@orq/db';

/**
 * Hands jobs back to `ready`, each where it stood before, no attempt spent. Those no longer held are passed over.
 *
 * @returns how many were handed back
 */
export async function releaseJobs(
  sql: Sql | TransactionSql,
  held: readonly { id: string; fence: number }[],
): Promise<number> {
  const { count } = await sql`
    WITH job AS (
      UPDATE orq.jobs j SET fence = j.fence + 1, progress = NULL, updated_at = now()
      FROM unnest(${held.map((job) => job.id)}::uuid[], ${held.map((job) => job.fence)}::integer[]) AS held (id, fence)
      WHERE j.id = held.id AND j.fence = held.fence AND j.state = 'open'
      RETURNING j.queue, j.priority, j.run_at, j.id, j.job_type
    )
    INSERT INTO orq.ready (queue, priority, run_at, job_id, job_type)
    SELECT queue, priority, run_at, id, job_type FROM job`;
  return count;
}

/** Hands back whatever is still open in these claims, and removes them. @returns how many jobs were handed back */
export async function releaseClaims(sql: Sql, claimIds: readonly string[]): Promise<number> {
  return sql.begin(async (tx) => {
    const claims = await tx<{ job_ids: string[]; fences: number[] }[]>`
      DELETE FROM orq.claims WHERE id = ANY (${claimIds as string[]}::uuid[]) RETURNING job_ids, fences`;
    const held = claims.flatMap(({ job_ids, fences }) =>
      job_ids.map((id, index) => ({ id, fence: fences[index] ?? 0 })),
    );
    return releaseJobs(tx, held);
  });
}
