import type { Sql } from '@orq/db';
import { waitFor } from '@orq/testing';

/** Waits until a statement in this database waits for a lock. Beside it, other tests may have theirs on the same server. */
export async function untilLocked(sql: Sql): Promise<void> {
  const waiting = () => sql`
    SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  await waitFor(async () => (await waiting()).count > 0, { describe: 'a statement waits for a lock' });
}
