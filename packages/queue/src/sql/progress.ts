import type { Sql } from '@orq/db';
import type { ClaimedJob } from './claim.ts';

/** Notes how far a running job has come, 0 to 1. Fenced. */
export async function reportProgress(sql: Sql, job: ClaimedJob, fraction: number): Promise<void> {
  await sql`
    UPDATE orq.jobs SET progress = ${fraction}, touched_at = now()
    WHERE id = ${job.id} AND state = 'open' AND fence = ${job.fence}`;
}
