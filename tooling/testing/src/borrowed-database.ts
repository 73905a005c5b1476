import type postgres from 'postgres';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

export interface BorrowedDatabase {
  url: string;
  /**
   * Empties it for a later test of this process, and ends `sql`, the last of the test's clients on it. Where it cannot
   * be emptied (a test that failed may have left locks), or is spoilt, it is dropped.
   */
  giveBack(sql: postgres.Sql, options?: { isSpoilt?: boolean }): Promise<void>;
}

/** What earlier tests have given back. */
const spare: TestDatabase[] = [];

/**
 * A migrated database that the test has to itself, with no rows: another test may have had it before, which takes a
 * third of the time of a new one.
 *
 * @param options.isNew for a test that looks at plans, or at what dead rows cost
 */
export async function borrowTestDatabase({ isNew = false } = {}): Promise<BorrowedDatabase> {
  const database = (isNew ? undefined : spare.pop()) ?? (await createTestDatabase());
  return {
    url: database.url,
    async giveBack(sql, { isSpoilt = false } = {}) {
      const isEmpty = !isSpoilt && (await empty(sql));
      await sql.end({ timeout: 5 });
      if (isEmpty) spare.push(database);
      else await database.drop();
    },
  };
}

/** Deletes all rows of orq, in any order (a replica's foreign keys and triggers rest), and all else in `public`. */
async function empty(sql: postgres.Sql): Promise<boolean> {
  const emptied = sql.begin(async (tx) => {
    await tx`SET LOCAL lock_timeout = 1000`;
    await tx`SET LOCAL session_replication_role = replica`;
    await tx`
      DO $$ DECLARE filled regclass; BEGIN
        FOR filled IN SELECT oid FROM pg_class
          WHERE relnamespace = 'orq'::regnamespace AND relkind = 'r' AND relname <> '__drizzle_migrations'
        LOOP EXECUTE 'DELETE FROM ' || filled; END LOOP;
      END $$`;
    await tx`DROP SCHEMA public CASCADE`;
    await tx`CREATE SCHEMA public`;
  });
  return emptied.then(
    () => true,
    () => false,
  );
}
