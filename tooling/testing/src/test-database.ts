import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { databaseUrl, withAdmin } from './database-source.ts';
import type {} from './global-setup.ts';

export interface TestDatabase {
  url: string;
  /** Disconnects whoever is still there and drops it. */
  drop(): Promise<void>;
}

/**
 * Clones the migrated template into a database that this caller has to itself. A database that is not dropped goes at
 * the end of the run.
 *
 * @throws where the package's vitest.config.ts does not ask for `{ database: true }`
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const source = inject('orqTestDatabase');
  if (source === undefined) throw new Error('Set testConfig({ database: true }) in vitest.config.ts.');
  const { adminUrl, template, copiesFiles } = source;
  const name = `${template}_${randomBytes(6).toString('hex')}`;
  await withAdmin(adminUrl, (sql) => {
    const strategy = copiesFiles ? sql`STRATEGY file_copy` : sql``;
    return sql`CREATE DATABASE ${sql(name)} TEMPLATE ${sql(template)} ${strategy}`;
  });
  return {
    url: databaseUrl(adminUrl, name),
    drop: async () => {
      await withAdmin(adminUrl, (sql) => sql`DROP DATABASE IF EXISTS ${sql(name)} WITH (FORCE)`);
    },
  };
}
