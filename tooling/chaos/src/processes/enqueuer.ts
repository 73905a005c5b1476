import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '@orq/db';
import { createQueue, type EnqueueManyOptions, type Transaction } from '@orq/queue';
import pg from 'pg';
import { z } from 'zod';
import { type EnqueueCall, planJobs } from '../job-plan.ts';
import { contractOf } from '../jobs.ts';
import type { Cancel, EnqueuerMessage } from './messages.ts';

/** Enqueues and cancels what the seed says, and tells what became of each call. It ends by itself. */
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
/** How long a cancel is asked for again while there is no answer, and how often. In ms. */
const CANCEL_FOR_MS = 20_000;
const CANCEL_AGAIN_MS = 100;

class RollbackWanted extends Error {}

const tell = (message: EnqueuerMessage): Promise<void> =>
  new Promise((resolve, reject) => {
    process.send?.(message, undefined, undefined, (error) => (error ? reject(error) : resolve()));
  });

const fromNow = (ms: number) => new Date(Date.now() + ms);

function enqueue(call: EnqueueCall, tx?: Transaction): Promise<string[]> {
  const contract = contractOf(call.type);
  const [first, ...others] = call.scripts;
  const options: EnqueueManyOptions = {
    queue: call.queue,
    priority: call.priority,
    maxAttempts: call.maxAttempts,
    ...(call.delayMs > 0 && { runAt: fromNow(call.delayMs) }),
    ...(call.timeoutMs !== null && { timeoutMs: call.timeoutMs }),
    ...(call.deadlineMs !== null && { deadline: fromNow(call.deadlineMs) }),
    ...(first?.key && { concurrencyKey: first.key, concurrencyLimit: first.keyLimit }),
    ...(tx && { tx }),
  };
  if (first && others.length === 0) return queue.enqueue(contract, first, options).then(({ id }) => [id]);
  return queue.enqueueMany(contract, call.scripts, options);
}

/**
 * The ledger's entry comes with the jobs, or not at all: whatever becomes of the connection.
 *
 * @returns the jobs that are there for certain
 */
async function enqueueInTransaction(call: EnqueueCall): Promise<string[]> {
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
    return ids;
  } catch (error) {
    if (error instanceof RollbackWanted)
      await client.query('ROLLBACK').catch((cause: Error) => (broken = cause));
    else broken = error instanceof Error ? error : new Error(String(error));
    return [];
  } finally {
    client.release(broken);
  }
}

async function enqueueDirectly(call: EnqueueCall): Promise<string[]> {
  const ns = call.scripts.map(({ n }) => n);
  try {
    const ids = await enqueue(call);
    await tell({ kind: 'acknowledged', jobs: ids.map((id, index) => ({ id, n: ns[index] ?? -1 })) });
    return ids;
  } catch {
    await tell({ kind: 'unknown', ns });
    return [];
  }
}

async function cancel(id: string, n: number): Promise<void> {
  const askedAt = Date.now();
  let answer: Cancel['answer'] = 'unanswered';
  let tries = 0;
  while (answer === 'unanswered' && Date.now() - askedAt < CANCEL_FOR_MS) {
    tries += 1;
    try {
      answer = await queue.cancel(id);
    } catch {
      await sleep(CANCEL_AGAIN_MS);
    }
  }
  const answeredAt = Date.now();
  await tell({ kind: 'cancel', cancel: { id, n, askedAt, answeredAt, answer, tries } });
}

async function perform(call: EnqueueCall): Promise<void> {
  const direct = call.how === 'single' || call.how === 'bulk';
  const ids = await (direct ? enqueueDirectly(call) : enqueueInTransaction(call));
  if (call.cancelAfterMs !== null && ids.length > 0) cancelLater(call, ids, call.cancelAfterMs);
}

/** Not waited for by the calls that follow. */
function cancelLater({ scripts }: EnqueueCall, ids: readonly string[], afterMs: number): void {
  const each = async () => {
    await sleep(afterMs);
    await Promise.all(ids.map((id, index) => cancel(id, scripts[index]?.n ?? -1)));
  };
  const done: Promise<void> = each()
    .catch((error: unknown) => console.error('cancel', error))
    .finally(() => cancelling.delete(done));
  cancelling.add(done);
}

const inFlight = new Set<Promise<void>>();
const cancelling = new Set<Promise<void>>();
const startedAt = performance.now();
for (const call of planJobs(env.CHAOS_SEED, env.CHAOS_FOR_MS)) {
  await sleep(Math.max(0, startedAt + call.atMs - performance.now()));
  if (inFlight.size >= MOST_IN_FLIGHT) await Promise.race(inFlight);
  const done: Promise<void> = perform(call)
    .catch((error: unknown) => console.error(call.how, error))
    .finally(() => inFlight.delete(done));
  inFlight.add(done);
}
await Promise.all(inFlight);
await Promise.all(cancelling);
await queue.close();
await Promise.all([pool.end(), sql.end({ timeout: 1 })]);
process.disconnect();
