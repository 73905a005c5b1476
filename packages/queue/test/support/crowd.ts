import type { Sql } from '@orq/db';

const TABLES = ['jobs', 'ready', 'claims', 'workers', 'job_attempts'];

/** What a planner may know of orq's tables, beside what is in them. Each leaves 50,000 deferred and 100,000 finished jobs. */
export const statisticsOf: Record<string, (sql: Sql) => Promise<void>> = {
  'that were never gathered': async (sql) => {
    await stopAutovacuum(sql);
    await fill(sql);
  },
  'gathered when the tables were empty': async (sql) => {
    await stopAutovacuum(sql);
    await analyze(sql);
    await fill(sql);
  },
  'gathered when all jobs were of another queue, and finished': async (sql) => {
    await stopAutovacuum(sql);
    await insertJobs(sql, { count: 5_000, queue: 'another', state: 'completed', isReady: true });
    await analyze(sql);
    await sql`DELETE FROM orq.ready`;
    await fill(sql);
  },
  'gathered just now': async (sql) => {
    await stopAutovacuum(sql);
    await fill(sql);
    await analyze(sql);
  },
};

/** 50,000 jobs that are due in a day, and 100,000 that have completed. */
export async function fill(sql: Sql) {
  await insertJobs(sql, { count: 100_000, queue: 'default', state: 'completed', isReady: false });
  await insertJobs(sql, { count: 50_000, queue: 'default', state: 'open', isReady: true });
}

interface Crowd {
  count: number;
  queue: string;
  state: 'open' | 'completed';
  isReady: boolean;
}

async function insertJobs(sql: Sql, { count, queue, state, isReady }: Crowd) {
  const isDone = state === 'completed';
  await sql`
    WITH job AS (
      INSERT INTO orq.jobs
        (id, run_at, priority, max_attempts, queue, job_type, payload, unique_key, state, attempt, finished_at, result)
      SELECT gen_random_uuid(), now() + interval '1 day', 0, 4, ${queue}, 'echo', '{"text": "x"}',
        CASE WHEN NOT ${isDone} THEN n::text END, ${state}::text::orq.job_state, ${isDone ? 1 : 0},
        CASE WHEN ${isDone} THEN now() END, CASE WHEN ${isDone} THEN '{"text": "x"}'::jsonb END
      FROM generate_series(1, ${count}) AS n
      RETURNING id, queue, priority, run_at
    )
    INSERT INTO orq.ready (queue, priority, run_at, job_id)
    SELECT queue, priority, run_at, id FROM job WHERE ${isReady}`;
}

async function analyze(sql: Sql) {
  for (const table of TABLES) await sql`ANALYZE orq.${sql(table)}`;
}

/** Else it gathers statistics, and removes dead rows, at some moment of the test. */
export async function stopAutovacuum(sql: Sql) {
  for (const table of TABLES) await sql`ALTER TABLE orq.${sql(table)} SET (autovacuum_enabled = false)`;
}
