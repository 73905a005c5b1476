import { waitFor } from '@orq/testing';
import postgres from 'postgres';
import { expect, test } from 'vitest';
import { claimUnheard, dieWithJobs } from './support/dead-worker.ts';
import { echo, openTestQueue, runEcho } from './support/test-queue.ts';

const texts = (count: number) => Array.from({ length: count }, (_, n) => ({ text: String(n) }));
const later = new Date(Date.now() + 3_600_000);

test.each(['auto', 'force_generic_plan', 'force_custom_plan'])(
  'a claim goes by primary keys, without statistics and past 20,000 deferred jobs, with plan_cache_mode %s',
  async (mode) => {
    await using t = await openTestQueue({ spoils: true });
    for (const table of ['jobs', 'ready', 'claims']) {
      await t.sql`ALTER TABLE orq.${t.sql(table)} SET (autovacuum_enabled = false)`;
    }
    await t.queue.enqueueMany(echo, texts(20_000), { runAt: later });
    await t.queue.enqueueMany(echo, texts(40));
    const { workerId } = await dieWithJobs(t.sql, 0);
    const { explained, plans, close } = await openExplaining(t.url, mode);

    // Enough times for PostgreSQL to make up its mind about a generic plan.
    for (let n = 0; n < 8; n++) expect(await claimUnheard(explained, workerId, 5)).toHaveLength(5);
    await close();

    expect(plans).toHaveLength(8);
    for (const plan of plans) {
      expect(plan).toMatch(/Index (Only )?Scan using ready_pkey on ready/);
      expect(plan).toMatch(/Tid Scan on ready/);
      expect(plan).not.toMatch(/Seq Scan|Bitmap|Sort/);
    }
  },
);

test('to settle a job is one update that touches no index', async () => {
  await using t = await openTestQueue({ spoils: true });
  const count = 2_000;
  const ids = await t.queue.enqueueMany(echo, texts(count));
  const sql = postgres(t.url, { max: 5, onnotice: () => undefined });
  const worker = t.worker({ sql, handlers: [runEcho], concurrency: 50 });
  await worker.start();
  await waitFor(async () => (await t.sql`SELECT FROM orq.jobs WHERE state = 'open' LIMIT 1`).length === 0, {
    describe: `${ids.length} jobs are done`,
    timeoutMs: 20_000,
  });
  await worker.stop();
  // A connection tells the statistics what it did when it ends.
  await sql.end();

  let updates = { all: 0, hot: 0 };
  await waitFor(
    async () => {
      const [row] = await t.sql<{ all: number; hot: number }[]>`
        SELECT n_tup_upd::int AS all, n_tup_hot_upd::int AS hot FROM pg_stat_user_tables
        WHERE relid = 'orq.jobs'::regclass AND n_tup_upd >= ${count}`;
      updates = row ?? updates;
      return row;
    },
    { describe: 'the statistics know of the updates' },
  );

  expect(updates.all).toBe(count);
  expect(updates.hot / updates.all).toBeGreaterThanOrEqual(0.95);
});

/** A client whose every statement leaves the plan by which it was carried out. */
async function openExplaining(url: string, mode: string) {
  const plans: string[] = [];
  const explained = postgres(url, {
    max: 1,
    onnotice: ({ message = '' }) => void (message.includes('Delete on ready') && plans.push(message)),
  });
  await explained`LOAD 'auto_explain'`;
  await explained`SET auto_explain.log_level = notice`;
  await explained`SET auto_explain.log_nested_statements = on`;
  await explained`SELECT set_config('plan_cache_mode', ${mode}, false)`;
  await explained`SET auto_explain.log_min_duration = 0`;
  return { explained, plans, close: () => explained.end() };
}
