import type { Sql, TransactionSql } from '@orq/db';
import { transact } from '../transact.ts';

/** How long one statement of a read may take before the server ends it. In ms. */
const READ_BOUND_MS = 2_500;

/**
 * Reads what may be large, for who looks on: the server ends what takes too long, and large tables are gone through by
 * their keys alone, whatever statistics say.
 */
export function readBounded<T>(sql: Sql, read: (tx: TransactionSql) => Promise<T>): Promise<T> {
  return transact(sql, async (tx) => {
    await tx`
      SELECT set_config('statement_timeout', ${String(READ_BOUND_MS)}, true),
        set_config(setting, 'off', true)
      FROM unnest('{enable_seqscan,enable_bitmapscan,enable_hashjoin,enable_mergejoin,jit}'::text[]) AS setting`;
    return read(tx);
  }) as Promise<T>;
}
