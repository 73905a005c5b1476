import type { Sql } from '@orq/db';

/**
 * Has the database refuse a kind of write, as a full disk or a lost privilege would, for good.
 *
 * @param when further restricts it to rows: a condition over NEW or OLD
 * @returns lets it be written again
 */
export async function refuse(
  sql: Sql,
  write: 'INSERT' | 'DELETE',
  table: 'ready' | 'job_attempts' | 'job_logs',
  when = 'true',
): Promise<() => Promise<unknown>> {
  await sql`
    CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'refused'; END $$`;
  await sql.unsafe(`
    CREATE TRIGGER refuse BEFORE ${write} ON orq.${table} FOR EACH ROW WHEN (${when})
      EXECUTE FUNCTION public.refuse()`);
  return () => sql`DROP FUNCTION public.refuse CASCADE`;
}
