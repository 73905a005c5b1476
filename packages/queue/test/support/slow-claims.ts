import type { Sql } from '@orq/db';

/**
 * Has each claim take longer.
 *
 * @param sleepMs how long, for each job that it takes, or for each of its statements
 */
export async function slowClaims(sql: Sql, sleepMs: number, forEach: 'ROW' | 'STATEMENT'): Promise<void> {
  await sql.unsafe(`
    CREATE FUNCTION public.dawdle() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(${sleepMs / 1000}); RETURN OLD; END $$;
    CREATE TRIGGER dawdle BEFORE DELETE ON orq.ready FOR EACH ${forEach} EXECUTE FUNCTION public.dawdle()`);
}
