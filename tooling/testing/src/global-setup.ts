import { randomBytes } from 'node:crypto';
import { migrate } from '@orq/db/migrate';
import type { TestProject } from 'vitest/node';
import { databaseUrl, withAdmin, type TestDatabaseSource } from './database-source.ts';
import { startTestServer } from './postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where `createTestDatabase()` clones from. */
    orqTestDatabase: TestDatabaseSource;
  }
}

/**
 * Runs once for a vitest run, before its tests: has one migrated template made, on the server that
 * ORQ_TEST_DATABASE_URL names, else on one of its own.
 *
 * @returns what vitest calls at the end, also of a failed run: it leaves no database and no server behind
 */
export default async function provideTestDatabases(project: TestProject): Promise<() => Promise<void>> {
  const template = `orq_test_${randomBytes(4).toString('hex')}`;
  const sharedUrl = process.env.ORQ_TEST_DATABASE_URL;
  const server = sharedUrl ? shareServer(sharedUrl, template) : await startTestServer();
  let source: TestDatabaseSource;
  try {
    source = await createTemplate(server.adminUrl, template);
  } catch (error) {
    await server.stop();
    throw error;
  }
  project.provide('orqTestDatabase', source);
  return server.stop;
}

/** On a server that others use too, what ends with the run is only what the run has made. */
function shareServer(adminUrl: string, template: string): { adminUrl: string; stop: () => Promise<void> } {
  return { adminUrl, stop: () => dropDatabases(adminUrl, template) };
}

async function createTemplate(adminUrl: string, template: string): Promise<TestDatabaseSource> {
  await withAdmin(adminUrl, (sql) => sql`CREATE DATABASE ${sql(template)}`);
  await migrate(databaseUrl(adminUrl, template));
  // A database can only be cloned while nobody, autovacuum included, is connected to it.
  return withAdmin(adminUrl, async (sql) => {
    await sql`ALTER DATABASE ${sql(template)} ALLOW_CONNECTIONS false`;
    const [row] = await sql<
      { version: number }[]
    >`SELECT current_setting('server_version_num')::int AS version`;
    return { adminUrl, template, copiesFiles: (row?.version ?? 0) >= 150_000 };
  });
}

/** The template and every clone of it that a test has left: their names begin with the template's. */
async function dropDatabases(adminUrl: string, template: string): Promise<void> {
  await withAdmin(adminUrl, async (sql) => {
    const left = await sql<{ datname: string }[]>`
      SELECT datname FROM pg_database WHERE starts_with(datname, ${template})`;
    for (const { datname } of left) await sql`DROP DATABASE IF EXISTS ${sql(datname)} WITH (FORCE)`;
  });
}
