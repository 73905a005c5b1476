import type { Sql } from '@orq/db';
import { CONTROL_CHANNEL } from './cancel.ts';

/** From now on nothing is claimed from the queue; workers are told to hand back what they have not begun. */
export async function pauseQueue(sql: Sql, name: string): Promise<void> {
  await sql`
    WITH paused AS (
      INSERT INTO orq.queues (name, paused_at) VALUES (${name}, now())
      ON CONFLICT (name) DO UPDATE SET paused_at = coalesce(queues.paused_at, now())
    )
    SELECT pg_notify(${CONTROL_CHANNEL}, json_build_object('pause', ${name}::text)::text)`;
}

export async function resumeQueue(sql: Sql, name: string): Promise<void> {
  await sql`UPDATE orq.queues SET paused_at = NULL WHERE name = ${name}`;
}

/** Since when the queue is paused; null where it is not. */
export async function pausedSince(sql: Sql, name: string): Promise<Date | null> {
  const [row] = await sql<{ since: string }[]>`
    SELECT to_char(paused_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS since
    FROM orq.queues WHERE name = ${name} AND paused_at IS NOT NULL`;
  return row ? new Date(row.since) : null;
}
