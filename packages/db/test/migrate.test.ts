import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { assertMigrated, connect } from '@orq/db';
import { migrate } from '@orq/db/migrate';
import { expect, inject, onTestFinished, test } from 'vitest';
// By its path: @orq/testing depends on this package.
import { databaseUrl, withAdmin } from '../../../tooling/testing/src/database-source.ts';
import type {} from '../../../tooling/testing/src/global-setup.ts';

const journal = new URL('../migrations/meta/_journal.json', import.meta.url);

/** A database of the test's own, with nothing in it. */
async function openEmptyDatabase() {
  const { adminUrl } = inject('orqTestDatabase');
  const name = `orq_empty_${randomBytes(6).toString('hex')}`;
  await withAdmin(adminUrl, (admin) => admin`CREATE DATABASE ${admin(name)}`);
  const sql = connect(databaseUrl(adminUrl, name), { max: 1 });
  onTestFinished(async () => {
    await sql.end();
    await withAdmin(adminUrl, (admin) => admin`DROP DATABASE ${admin(name)} WITH (FORCE)`);
  });
  return { url: databaseUrl(adminUrl, name), sql };
}

test('several processes that migrate at once run each migration once', async () => {
  const { url, sql } = await openEmptyDatabase();
  const { entries } = JSON.parse(await readFile(journal, 'utf8'));

  await Promise.all([migrate(url), migrate(url), migrate(url)]);

  await expect(sql`SELECT FROM orq.__drizzle_migrations`).resolves.toHaveLength(entries.length);
  await expect(sql`SELECT FROM orq.job_status`).resolves.toHaveLength(0);
});

test('a database without the schema is told apart, by an error that says how to migrate', async () => {
  const { url, sql } = await openEmptyDatabase();

  await expect(assertMigrated(sql)).rejects.toThrow('pnpm --filter @orq/db migrate');
  await migrate(url);

  await expect(assertMigrated(sql)).resolves.toBeUndefined();
});
