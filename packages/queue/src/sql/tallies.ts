import type { Sql } from '@orq/db';

/** Jobs of one queue that a worker has settled since it last told. */
export interface Tally {
  queue: string;
  completed: number;
  /** Those that have failed for good. */
  failed: number;
}

/** Adds to what was settled in these ten seconds, and removes what is too old for anyone to ask for. */
export async function addTallies(sql: Sql, workerId: string, tallies: readonly Tally[]): Promise<void> {
  await sql`
    WITH outdated AS (
      DELETE FROM orq.queue_tallies WHERE at < now() - interval '10 min'
    )
    INSERT INTO orq.queue_tallies AS t (at, queue, worker_id, completed, failed)
    SELECT to_timestamp(floor(extract(epoch FROM now()) / 10) * 10), x.queue, ${workerId}, x.completed, x.failed
    FROM json_to_recordset(${JSON.stringify(tallies)}::text::json) AS x (queue text, completed integer, failed integer)
    ON CONFLICT (at, queue, worker_id) DO UPDATE
    SET completed = t.completed + excluded.completed, failed = t.failed + excluded.failed`;
}
