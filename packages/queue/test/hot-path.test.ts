import { waitFor } from '@orq/testing';
import postgres from 'postgres';
import { expect, test } from 'vitest';
import { claimFromBacklog, haveBusyDay, missingFrom } from './support/busy-day.ts';
import { fill, statisticsOf, stopAutovacuum } from './support/crowd.ts';
import { faultsOf, openExplaining } from './support/explaining.ts';
import { echo, openTestQueue, runEcho } from './support/test-queue.ts';

const texts = (count: number) => Array.from({ length: count }, (_, n) => ({ text: String(n) }));
const MODES = ['auto', 'force_generic_plan', 'force_custom_plan'];
/** A batch here is of up to 60 jobs, and none of its jobs needs more than some 20 pages. */
const WORK = { rows: 300, buffers: 1_500 };

test.each(Object.keys(statisticsOf))(
  'past 50,000 deferred and 100,000 finished jobs all goes by keys, with statistics %s',
  async (kind) => {
    await using t = await openTestQueue({ spoils: true });
    await statisticsOf[kind]?.(t.sql);

    for (const mode of MODES) {
      await using explaining = openExplaining(t.url, mode);
      await haveBusyDay(t, explaining.sql);

      expect(missingFrom(explaining.plans())).toEqual([]);
      expect([...new Set(explaining.plans().flatMap((plan) => faultsOf(plan, WORK)))]).toEqual([]);
    }
  },
);

test('claims and completions keep to keys even by plans that were made while the tables were all but empty', async () => {
  await using t = await openTestQueue({ spoils: true });
  await stopAutovacuum(t.sql);
  await using explaining = openExplaining(t.url, 'force_generic_plan', 1);
  await claimFromBacklog(t, explaining.sql, 30);
  const before = explaining.plans().length;

  await fill(t.sql);
  await claimFromBacklog(t, explaining.sql, 2_000);

  const plans = explaining.plans().slice(before);
  expect([...new Set(plans.flatMap((plan) => faultsOf(plan, WORK)))]).toEqual([]);
});

test('to settle a job is one update that touches no index', async () => {
  await using t = await openTestQueue({ spoils: true });
  const count = 2_000;
  const ids = await t.queue.enqueueMany(echo, texts(count));
  const sql = postgres(t.url, { max: 5, onnotice: () => undefined });
  const worker = t.worker({ sql, handlers: [runEcho], concurrency: 50 });
  await worker.start();
  await waitFor(async () => (await t.sql`SELECT FROM orq.jobs WHERE state = 'open' LIMIT 1`).length === 0, {
    describe: `${ids.length} jobs are done`,
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
