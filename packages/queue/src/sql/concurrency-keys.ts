import type { Sql } from '@orq/db';
import { arrayLiteral } from './array-literal.ts';

/**
 * Gives slots that were freed to the jobs that wait for them. The statement is the function `orq.wake_keys`
 * (packages/db/migrations).
 *
 * @returns the queues in which there is work now
 */
export async function wakeKeys(sql: Sql, keys: readonly string[]): Promise<Set<string>> {
  const rows = await sql<{ queue: string }[]>`
    SELECT queue FROM orq.wake_keys(${arrayLiteral(keys)}::text[]) AS queue`;
  return new Set(rows.map(({ queue }) => queue));
}

/** Keys with a slot whose job was settled, at most 100: whoever settled it should have freed the slot, and did not. */
export async function keysWithFreedSlots(sql: Sql): Promise<string[]> {
  const rows = await sql<{ concurrency_key: string }[]>`
    SELECT DISTINCT concurrency_key FROM (
      SELECT s.concurrency_key FROM orq.key_slots s
      WHERE NOT EXISTS (SELECT FROM orq.jobs j WHERE j.id = s.job_id AND j.state = 'open' AND j.fence = s.fence)
      LIMIT 100
    ) AS freed`;
  return rows.map((row) => row.concurrency_key);
}
