import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '@orq/db';
import { createQueue, type EnqueueManyOptions, type Transaction } from '@orq/queue';
import pg from 'pg';
import { z } from 'zod';
import { type EnqueueCall, planJobs } from '../job-plan.ts';
import { contracts } from '../jobs.ts';
import type { EnqueuerMessage } from './messages.ts';

/** Enqueues what the seed says, and tells what became of each call. It ends by itself. */
const env = z
  .object({ CHAOS_URL: z.string(), CHAOS_SEED: z.coerce.number(), CHAOS_FOR_MS: z.coerce.number() })
  .parse(process.env);
const sql = connect(env.CHAOS_URL, { max: 4, applicationName: 'chaos enqueuer' });
const pool = new pg.Pool({ connectionString: env.CHAOS_URL, max: 4, application_name: 'chaos transactions' });
// A connection that the schedule ends is no reason to end here.
pool.on('error', () => undefined);
pool.on('connect', (client) => void client.on('error', () => undefined));
const queue = createQueue({ sql });

/** Calls that wait for their answer at once, at most. */
const MOST_IN_FLIGHT = 30;

class RollbackWanted extends Error {}

const tell = (message: EnqueuerMessage): Promise<void> =>
  new Promise((resolve, reject) => {
    process.send?.(message, undefined, undefined, (error) => (error ? reject(error) : resolve()));
  });

function enqueue(call: EnqueueCall, tx?: Transaction): Promise<string[]> {
  const contract = contracts[call.type];
  const options: EnqueueManyOptions = {
    priority: call.priority,
    maxAttempts: call.maxAttempts,
    ...(call.delayMs > 0 && { runAt: new Date(Date.now() + call.delayMs) }),
    ...(tx && { tx }),
  };
  const [first, ...others] = call.scripts;
  if (first && others.length === 0) return queue.enqueue(contract, first, options).then(({ id }) => [id]);
  return queue.enqueueMany(contract, call.scripts, options);
}

/** The ledger's entry comes with the jobs, or not at all: whatever becomes of the connection. */
async function enqueueInTransaction(call: EnqueueCall): Promise<void> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const ids = await enqueue(call, client);
    const ns = call.scripts.map(({ n }) => n);
    await client.query('INSERT INTO chaos.enqueued (n, job_id) SELECT * FROM unnest($1::int[], $2::uuid[])', [
      ns,
      ids,
    ]);
    if (call.how === 'rollback') throw new RollbackWanted();
    await client.query('COMMIT');
  } catch (error) {
    if (error instanceof RollbackWanted)
      await client.query('ROLLBACK').catch((cause: Error) => (broken = cause));
    else broken = error instanceof Error ? error : new Error(String(error));
  } finally {
    client.release(broken);
  }
}

async function enqueueDirectly(call: EnqueueCall): Promise<void> {
  const ns = call.scripts.map(({ n }) => n);
  try {
    const ids = await enqueue(call);
    await tell({ kind: 'acknowledged', jobs: ids.map((id, index) => ({ id, n: ns[index] ?? -1 })) });
  } catch {
    await tell({ kind: 'unknown', ns });
  }
}

const inFlight = new Set<Promise<void>>();
const startedAt = performance.now();
for (const call of planJobs(env.CHAOS_SEED, env.CHAOS_FOR_MS)) {
  await sleep(Math.max(0, startedAt + call.atMs - performance.now()));
  if (inFlight.size >= MOST_IN_FLIGHT) await Promise.race(inFlight);
  const direct = call.how === 'single' || call.how === 'bulk';
  const done: Promise<void> = (direct ? enqueueDirectly(call) : enqueueInTransaction(call))
    .catch((error: unknown) => console.error(call.how, error))
    .finally(() => inFlight.delete(done));
  inFlight.add(done);
}
await Promise.all(inFlight);
await queue.close();
await Promise.all([pool.end(), sql.end({ timeout: 1 })]);
process.disconnect();
