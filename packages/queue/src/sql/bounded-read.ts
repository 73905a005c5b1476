import type { Sql, TransactionSql } from '@orq/db';
import { transact } from '../transact.ts';

/** How long one statement of a read may take before the server ends it. In ms. */
const READ_BOUND_MS = 2_500;

/**
 * Reads what may be large, for who looks on: the server ends what takes too long, and large tables are gone through by
 * their keys alone, whatever statistics say.
 *
 * @param mode of the transaction: by default, each statement sees what is committed as it begins
 */
export function readBounded<T>(
  sql: Sql,
  read: (tx: TransactionSql) => Promise<T>,
  mode?: 'isolation level repeatable read',
): Promise<T> {
  const work = async (tx: TransactionSql) => {
    await tx`
      SELECT set_config('statement_timeout', ${String(READ_BOUND_MS)}, true),
        set_config(setting, 'off', true)
      FROM unnest('{enable_seqscan,enable_bitmapscan,enable_hashjoin,enable_mergejoin,jit}'::text[]) AS setting`;
    return read(tx);
  };
  return transact(sql, work, mode) as Promise<T>;
}
