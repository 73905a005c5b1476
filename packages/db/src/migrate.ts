import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as runMigrations } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';

const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url));

/** Any number that no one else locks: those who migrate at once wait for each other on it. */
const MIGRATION_LOCK = 7_365_201_911;

/**
 * Brings the database at `databaseUrl` to the newest schema. Safe to call from several processes at once.
 *
 * @throws the server's error where a migration fails; the database is then as it was before that migration
 */
export async function migrate(databaseUrl: string): Promise<void> {
  const client = postgres(databaseUrl, { max: 1, connect_timeout: 10, onnotice: () => undefined });
  try {
    await client`SELECT pg_advisory_lock(${MIGRATION_LOCK})`;
    await runMigrations(drizzle({ client }), { migrationsFolder, migrationsSchema: 'orq' });
  } finally {
    await client.end();
  }
}
