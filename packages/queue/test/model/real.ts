import type { Sql } from '@orq/db';
import { LEAP_S } from './instants.ts';

/** The database's clock, in microseconds since 1970. */
export async function clock(sql: Sql): Promise<number> {
  const [row] = await sql<{ now: number }[]>`
    SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::float8 AS now`;
  return row?.now ?? Number.NaN;
}

/** When a job is due, in microseconds since 1970. */
export async function dueOf(sql: Sql, id: string): Promise<number> {
  const [row] = await sql<{ due: number }[]>`
    SELECT (extract(epoch FROM run_at) * 1000000)::float8 AS due FROM orq.jobs WHERE id = ${id}`;
  return row?.due ?? Number.NaN;
}

/** Time passes for the jobs of the future: their time has come. */
export async function leap(sql: Sql): Promise<void> {
  await sql.begin(async (tx) => {
    const back = tx`run_at - ${LEAP_S} * interval '1 s'`;
    const future = tx`run_at > now() + interval '30 min'`;
    await tx`UPDATE orq.jobs SET run_at = ${back} WHERE ${future} AND id IN (SELECT job_id FROM orq.ready WHERE ${future})`;
    await tx`UPDATE orq.ready SET run_at = ${back} WHERE ${future}`;
  });
}

/** A worker is stopped for longer than its lease, or its registration goes altogether. */
export async function silence(sql: Sql, workerId: string, how: 'stopped' | 'forgotten'): Promise<void> {
  if (how === 'stopped')
    await sql`UPDATE orq.workers SET heartbeat_at = now() - interval '1 hour' WHERE id = ${workerId}`;
  else await sql`DELETE FROM orq.workers WHERE id = ${workerId}`;
}
