import type { Sql, TransactionSql } from '@orq/db';

/** In an order that foreign keys allow. */
const TABLES = [
  'job_logs',
  'job_attempts',
  'claims',
  'ready',
  'parked',
  'key_slots',
  'queues',
  'queue_tallies',
  'workers',
  'jobs',
];

/** Leaves nothing of what was there. */
export async function emptyQueue(sql: Sql | TransactionSql): Promise<void> {
  for (const table of TABLES) await sql`DELETE FROM orq.${sql(table)}`;
}
