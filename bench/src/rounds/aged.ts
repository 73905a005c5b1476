import type { Sql } from '@orq/db';
import { flow } from './flow.ts';
import type { Round } from './round.ts';

/** A UUIDv7 of a time, in SQL that PostgreSQL 14 knows. */
const uuidv7 = (time: string) => `
  (lpad(to_hex((extract(epoch FROM ${time}) * 1000)::bigint), 12, '0') || '7' || substr(md5(random()::text), 1, 19))::uuid`;

/** Finished jobs of the last day, and deferred ones for the next: rows as enqueueing and completing leave them. */
async function age(sql: Sql, rows: number): Promise<void> {
  await sql.unsafe(`
    INSERT INTO orq.jobs (id, created_at, run_at, priority, max_attempts, queue, job_type, payload,
      attempt, state, worker_id, started_at, finished_at, result)
    SELECT ${uuidv7('at')}, at, at, 0, 4, 'default', 'noop', jsonb_build_object('i', i),
      1, 'completed', '01890000-0000-7000-8000-000000000000', at + interval '5 ms', at + interval '9 ms', 'null'
    FROM (SELECT i, now() - interval '1 day' * (1 - i::float8 / ${rows}) AS at FROM generate_series(1, ${rows}) AS i) AS f`);
  await sql.unsafe(`
    WITH job AS (
      INSERT INTO orq.jobs (id, created_at, run_at, priority, max_attempts, queue, job_type, payload)
      SELECT ${uuidv7('at')}, at, at + interval '2 days', 0, 4, 'default', 'noop', jsonb_build_object('i', i)
      FROM (SELECT i, now() - interval '1 day' * (1 - i::float8 / ${rows}) AS at FROM generate_series(1, ${rows}) AS i) AS d
      RETURNING id, queue, priority, run_at
    )
    INSERT INTO orq.ready (queue, priority, run_at, job_id) SELECT queue, priority, run_at, id FROM job`);
  await sql.unsafe('VACUUM (ANALYZE) orq.jobs');
  await sql.unsafe('VACUUM (ANALYZE) orq.ready');
}

export const aged: Round = {
  name: 'aged',
  about: ({ agedRows, togetherMs }) =>
    `enqueue and process at once for ${togetherMs / 1000} s: in empty tables, and beside ${agedRows} finished and ${agedRows} deferred jobs`,
  contenders: ['orq'],
  metrics: [
    { name: 'empty', label: 'empty tables', unit: 'jobs/s' },
    { name: 'aged', label: 'full tables', unit: 'jobs/s' },
    { name: 'kept', label: '  share kept', unit: '%' },
  ],

  async run(open, { agedRows, togetherMs }) {
    const first = await open();
    const empty = (await flow(first, togetherMs)).rate(0, togetherMs);
    await first.close();
    const second = await open();
    await age(second.sql(), agedRows);
    const full = (await flow(second, togetherMs)).rate(0, togetherMs);
    return { empty, aged: full, kept: (full / empty) * 100 };
  },
};
