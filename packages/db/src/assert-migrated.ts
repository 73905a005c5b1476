import type { Sql } from './connect.ts';

/**
 * Makes sure that the database has orq's tables, and the newest of them.
 *
 * @throws {Error} that says how to migrate, where it has not
 */
export async function assertMigrated(sql: Sql): Promise<void> {
  const [row] = await sql<{ migrated: boolean; current: boolean }[]>`
    SELECT to_regclass('orq.jobs') IS NOT NULL AS migrated, EXISTS (
        SELECT FROM pg_attribute WHERE attrelid = to_regclass('orq.api_keys') AND attname = 'queues'
      ) AS current`;
  if (!row?.migrated) {
    throw new Error(
      'This database has no orq schema yet: run `pnpm --filter @orq/db migrate` with its DATABASE_URL',
    );
  }
  if (!row.current) {
    throw new Error(
      'This database has the schema of an earlier orq: run `pnpm --filter @orq/db migrate` with its DATABASE_URL',
    );
  }
}
