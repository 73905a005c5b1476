import type { Sql } from '@orq/db';
import { iso } from './job-json.ts';

/** What is to hold of a job that waits; what is left out stays as it is. */
export interface Reschedule {
  runAt?: Date | undefined;
  priority?: number | undefined;
}

export interface Rescheduled {
  /** Or how it stands instead. */
  outcome: 'rescheduled' | 'processing' | 'completed' | 'failed' | 'cancelled' | 'blocked';
  queue: string;
  /** ISO 8601. */
  runAt: string;
  priority: number;
}

/**
 * Gives a job that waits another time, or priority. The statement is the function `orq.reschedule_job`
 * (packages/db/migrations).
 *
 * @returns null where there is no such job
 */
export async function rescheduleJob(
  sql: Sql,
  id: string,
  { runAt, priority }: Reschedule,
): Promise<Rescheduled | null> {
  const [row] = await sql<Rescheduled[]>`
    SELECT answer AS outcome, queue, ${iso(sql, 'run_at')} AS "runAt", priority
    FROM orq.reschedule_job(${id}, ${runAt?.toISOString() ?? null}::text::timestamptz, ${priority ?? null}::smallint)`;
  return row ?? null;
}
