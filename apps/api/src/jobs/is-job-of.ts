import { bulk } from '@orq/contracts';
import { type Database, jobs } from '@orq/db';
import { eq, sql as fragment } from 'drizzle-orm';
import { answer } from '../database-call.ts';

/**
 * Whether there is such a job, and it is of one of these queues. One that changes jobs in bulk runs where all of these do,
 * and is also of the queues whose jobs it changes.
 *
 * @param id a UUID
 */
export async function isJobOf(db: Database, id: string, queues: readonly string[]): Promise<boolean> {
  const changes = fragment<
    string[] | null
  >`CASE WHEN ${jobs.jobType} = ${bulk.type} THEN ${jobs.payload} -> 'queues' END`;
  const [job] = await answer(db.select({ queue: jobs.queue, changes }).from(jobs).where(eq(jobs.id, id)));
  if (!job) return false;
  return queues.includes(job.queue) || (job.changes?.every((name) => queues.includes(name)) ?? false);
}
