import type { Sql } from '@orq/db';

/**
 * Deletes a job that has ended, with its attempts and its log.
 *
 * @returns `unfinished` where it has not; null where there is no such job
 */
export async function deleteJob(sql: Sql, id: string): Promise<'deleted' | 'unfinished' | null> {
  for (;;) {
    const [row] = await sql<{ deleted: boolean; ended: boolean | null }[]>`
      WITH gone AS (
        DELETE FROM orq.jobs WHERE id = ${id} AND state NOT IN ('open', 'blocked') RETURNING id
      )
      SELECT EXISTS (SELECT FROM gone) AS deleted,
        (SELECT state NOT IN ('open', 'blocked') FROM orq.jobs WHERE id = ${id}) AS ended`;
    if (row?.deleted) return 'deleted';
    if (row?.ended === false) return 'unfinished';
    // One that had ended as the statement began, and is not deleted, was retried or deleted by another meanwhile.
    if (!row?.ended) return null;
  }
}
