import postgres from 'postgres';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../src/index.ts';

async function query<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1 });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

test('gives each of many callers at once a migrated database of its own', async () => {
  const databases = await Promise.all(Array.from({ length: 8 }, () => createTestDatabase()));

  const counts = await Promise.all(
    databases.map(({ url }, index) =>
      query(url, async (sql) => {
        await sql`CREATE TABLE public.mine AS SELECT * FROM generate_series(1, ${index})`;
        const [row] =
          await sql`SELECT count(*)::int AS mine, to_regclass('orq.jobs')::text AS jobs FROM public.mine`;
        return row;
      }),
    ),
  );

  expect(counts).toEqual(databases.map((_, index) => ({ mine: index, jobs: 'orq.jobs' })));
  await Promise.all(databases.map((database) => database.drop()));
});

test('drops a database that someone is still connected to', async () => {
  const database = await createTestDatabase();
  const sql = postgres(database.url, { max: 1 });
  await sql`SELECT 1`;

  await database.drop();

  await expect(query(database.url, (fresh) => fresh`SELECT 1`)).rejects.toThrow('does not exist');
  await sql.end({ timeout: 0 });
});
