import { connect, type Sql } from '@orq/db';
import { waitFor } from '@orq/testing';
import { expect, test } from 'vitest';
import { defineHandler } from '../src/index.ts';
import { createGate } from './support/gate.ts';
import { openTcpProxy } from './support/tcp-proxy.ts';
import { echo, openTestQueue } from './support/test-queue.ts';

/** Has whatever puts a job into `ready` wait. @returns lets it go on */
async function holdUpReady(sql: Sql): Promise<() => Promise<void>> {
  await sql`
    CREATE FUNCTION public.hold_up() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_advisory_xact_lock_shared(4711); RETURN NEW; END $$`;
  await sql`CREATE TRIGGER hold_up BEFORE INSERT ON orq.ready FOR EACH ROW EXECUTE FUNCTION public.hold_up()`;
  const gate = createGate();
  const held = sql.begin(async (tx) => {
    await tx`SELECT pg_advisory_xact_lock(4711)`;
    await gate.pass();
  });
  await gate.reached;
  return async () => {
    gate.open();
    await held;
    await sql`DROP FUNCTION public.hold_up CASCADE`;
  };
}

test('jobs that were handed back do not run here too when the answer to that was lost', async () => {
  await using t = await openTestQueue();
  await using proxy = await openTcpProxy(t.url);
  const cutOff = connect(proxy.url, { max: 5 });
  const gate = createGate();
  const runs: string[] = [];
  const note = defineHandler(echo, async ({ input, job }) => {
    runs.push(job.id);
    if (input.text === 'long') await gate.pass();
    return input;
  });
  const quick = Array.from({ length: 2_000 }, (_, index) => ({ text: String(index) }));
  const ids = await t.queue.enqueueMany(echo, [...quick, { text: 'long' }, ...quick]);
  const letGoOn = await holdUpReady(t.sql);
  const handBacks = async () =>
    (
      await t.sql`
        SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
    ).count;
  const worker = t.worker({ sql: cutOff, handlers: [note], concurrency: 1, pollIntervalMs: 1_000 });

  await worker.start();
  await waitFor(async () => (await handBacks()) > 0, {
    describe: 'what was claimed ahead is being handed back',
  });
  proxy.cut();
  await letGoOn();
  await waitFor(async () => (await handBacks()) === 0, { describe: 'it is handed back' });
  gate.open();
  await t.worker({ handlers: [note], concurrency: 5, pollIntervalMs: 50 }).start();
  await waitFor(async () => (await t.sql`SELECT FROM orq.jobs WHERE state = 'open'`).count === 0, {
    describe: 'all jobs have run',
  });
  await worker.stop();
  await cutOff.end({ timeout: 1 });

  expect(runs).toHaveLength(ids.length);
});
