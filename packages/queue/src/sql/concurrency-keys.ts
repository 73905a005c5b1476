import type { Sql } from '@orq/db';
import { arrayLiteral } from './array-literal.ts';
import type { LanePosition } from './claim.ts';

/** Where a job stands in `ready`. */
export interface Place extends LanePosition {
  queue: string;
}

/**
 * Gives slots that were freed to the jobs that wait for them. The statement is the function `orq.wake_keys`
 * (packages/db/migrations).
 *
 * @returns where those jobs stand now
 */
export async function wakeKeys(sql: Sql, keys: readonly string[]): Promise<Place[]> {
  return sql<Place[]>`SELECT queue, priority, due, id FROM orq.wake_keys(${arrayLiteral(keys)}::text[])`;
}

/** Keys with a slot whose job was settled, at most 100: whoever settled it should have freed the slot, and did not. */
export async function keysWithFreedSlots(sql: Sql): Promise<string[]> {
  const rows = await sql<{ concurrency_key: string }[]>`
    SELECT DISTINCT concurrency_key FROM (
      SELECT s.concurrency_key FROM orq.key_slots s
      -- By the primary key, whatever the statistics say of jobs.
      WHERE coalesce((SELECT j.state <> 'open' OR j.fence <> s.fence FROM orq.jobs j WHERE j.id = s.job_id), true)
      LIMIT 100
    ) AS freed`;
  return rows.map((row) => row.concurrency_key);
}
