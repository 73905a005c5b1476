import type { Sql } from './connect.ts';

/**
 * Makes sure that the database has orq's tables.
 *
 * @throws {Error} that says how to migrate, where it has none
 */
export async function assertMigrated(sql: Sql): Promise<void> {
  const [row] = await sql<{ migrated: boolean }[]>`SELECT to_regclass('orq.jobs') IS NOT NULL AS migrated`;
  if (!row?.migrated) {
    throw new Error(
      'This database has no orq schema yet: run `pnpm --filter @orq/db migrate` with its DATABASE_URL',
    );
  }
}
