import { waitFor } from '@orq/testing';
import { v7 as uuidv7 } from 'uuid';
import { describe, expect, test } from 'vitest';
import { createClaimLedger } from '../src/claim-ledger.ts';
import { createTallyKeeper } from '../src/tally-keeper.ts';
import { createHousekeeping } from '../src/housekeeping.ts';
import { defineHandler } from '../src/index.ts';
import { reportProgress } from '../src/sql/progress.ts';
import { rescueJobs } from '../src/sql/rescue.ts';
import { claimUnheard, dieWithJobs } from './support/dead-worker.ts';
import { createGate } from './support/gate.ts';
import { recordLog } from './support/recorded-log.ts';
import { echo, openTestQueue, runEcho, type TestQueue } from './support/test-queue.ts';

/** A handler that ends when its gate opens, whatever its signal says, and then tries to write an effect. */
function holding() {
  const gate = createGate();
  const signals: AbortSignal[] = [];
  const handler = defineHandler(echo, async ({ input, signal, commit }) => {
    signals.push(signal);
    commit((tx) => tx`INSERT INTO public.effects VALUES (${input.text})`);
    await gate.pass();
    return { text: `${input.text}, held` };
  });
  return { gate, handler, signals };
}

async function openQueueWithEffects(): Promise<TestQueue> {
  const t = await openTestQueue();
  await t.sql`CREATE TABLE public.effects (text text)`;
  return t;
}

/** What a rescue does first: from now on, whatever they hold is taken back. */
const takeAllForDead = (t: TestQueue) => t.sql`DELETE FROM orq.workers`;

const LOST = {
  attempt: 1,
  outcome: 'lost',
  error: expect.stringContaining('worker was lost during attempt 1'),
};

describe('a worker that was taken for dead', () => {
  test('settles nothing, and writes no effect', async () => {
    await using t = await openQueueWithEffects();
    const { log, lines } = recordLog();
    const { gate, handler } = holding();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    const processing = t.worker({ handlers: [handler], log }).processOne();
    await gate.reached;

    await takeAllForDead(t);
    await t.worker({ handlers: [runEcho] }).processOne();
    gate.open();
    await processing;

    expect(lines).toContainEqual(expect.objectContaining({ job_id: id, message: 'job lost' }));
    expect(await t.queue.get(id)).toMatchObject({
      status: 'completed',
      attempt: 2,
      result: { text: 'hello' },
    });
    expect(await t.sql`SELECT FROM public.effects`).toHaveLength(0);
    expect(await t.failedAttempts(id)).toEqual([LOST]);
  });

  test.each([
    ['completes', (text: string) => ({ text })],
    [
      'fails',
      () => {
        throw new Error('too late');
      },
    ],
  ])('cannot end the run of another, when its own handler %s', async (_, end) => {
    await using t = await openQueueWithEffects();
    const [first, second] = [createGate(), createGate()];
    const late = defineHandler(echo, async ({ input }) => {
      await first.pass();
      return end(input.text);
    });
    const current = defineHandler(echo, async () => {
      await second.pass();
      return { text: 'by the second' };
    });
    const { log, lines } = recordLog();
    const { id } = await t.queue.enqueue(echo, { text: 'by the first' });
    const lateRun = t.worker({ handlers: [late], log }).processOne();
    await first.reached;
    await takeAllForDead(t);
    const currentRun = t.worker({ handlers: [current] }).processOne();
    await second.reached;

    first.open();

    expect(await lateRun).toMatchObject({ status: 'processing' });
    expect(lines).toContainEqual(expect.objectContaining({ job_id: id, message: 'job lost' }));
    second.open();
    expect(await currentRun).toMatchObject({ status: 'completed', result: { text: 'by the second' } });
    expect(await t.failedAttempts(id)).toEqual([LOST]);
  });

  test('tells its handlers, and works on under a new registration', async () => {
    await using t = await openQueueWithEffects();
    const { gate, handler, signals } = holding();
    await t.queue.enqueue(echo, { text: 'lost' });
    await t.worker({ handlers: [handler], leaseMs: 300, pollIntervalMs: 50 }).start();
    await gate.reached;
    const before = await workerIds(t);

    await takeAllForDead(t);
    await waitFor(() => signals[0]?.aborted, { describe: 'the handler is told' });
    gate.open();
    const { id } = await t.queue.enqueue(echo, { text: 'next' });

    expect(signals[0]?.reason).toMatchObject({ name: 'LeaseLostError' });
    expect(await t.until(id, 'completed')).toMatchObject({ attempt: 1 });
    expect(await workerIds(t)).toEqual([expect.not.stringMatching(before.join('|'))]);
  });
});

test('progress is reported only by who holds the job', async () => {
  await using t = await openTestQueue();
  const { id } = await t.queue.enqueue(echo, { text: 'hello' });
  const { workerId, jobs } = await dieWithJobs(t.sql);
  const [held] = jobs;
  if (!held) throw new Error('nothing was claimed');

  await reportProgress(t.sql, held, 0.25);
  expect(await t.queue.get(id)).toMatchObject({ status: 'processing', progress: 0.25, worker_id: workerId });

  await takeAllForDead(t);
  await rescueJobs(t.sql, workerId);
  await reportProgress(t.sql, held, 0.75);
  expect(await t.queue.get(id)).toMatchObject({ status: 'retry', progress: null });
});

describe('the jobs of a dead worker', () => {
  test('run again once its lease is over, and not before', async () => {
    await using t = await openTestQueue();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    const { workerId: dead } = await dieWithJobs(t.sql);

    const early = await t.worker({ handlers: [runEcho] }).processOne();
    await t.sql`UPDATE orq.workers SET heartbeat_at = now() - interval '31 s' WHERE id = ${dead}`;
    const inTime = await t.worker({ handlers: [runEcho] }).processOne();

    expect(early).toMatchObject({ processed: false });
    expect(inTime).toMatchObject({ job_id: id, status: 'completed' });
    expect(await t.queue.get(id)).toMatchObject({ attempt: 2 });
    expect(await t.failedAttempts(id)).toEqual([LOST]);
    expect(await workerIds(t)).not.toContain(dead);
  });

  test('fail when that was their last attempt, and free their key', async () => {
    await using t = await openTestQueue();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' }, { maxAttempts: 1, uniqueKey: 'k' });
    await dieWithJobs(t.sql);

    await takeAllForDead(t);
    await t.worker({ handlers: [runEcho] }).processOne();

    expect(await t.queue.get(id)).toMatchObject({ status: 'failed', attempt: 1, error: LOST.error });
    expect(await t.failedAttempts(id)).toEqual([LOST]);
    expect(await t.queue.enqueue(echo, { text: 'again' }, { uniqueKey: 'k' })).toMatchObject({
      created: true,
    });
  });

  test('are each taken back once, however many workers look at the same time', async () => {
    await using t = await openTestQueue();
    const inputs = Array.from({ length: 20 }, (_, n) => ({ text: String(n) }));
    const ids = await t.queue.enqueueMany(echo, inputs);
    await Promise.all([1, 2, 3, 4].map(() => dieWithJobs(t.sql, 5)));

    await takeAllForDead(t);
    const workers = [1, 2, 3, 4].map(() => t.worker({ handlers: [runEcho], pollIntervalMs: 20 }));
    await Promise.all(workers.map((worker) => worker.start()));

    for (const id of ids) {
      expect(await t.until(id, 'completed')).toMatchObject({ attempt: 2 });
      expect(await t.failedAttempts(id)).toEqual([LOST]);
    }
  });

  test('are let alone when they were settled before it died', async () => {
    await using t = await openTestQueue();
    const { id } = await t.queue.enqueue(echo, { text: 'hello' });
    await t.worker({ handlers: [runEcho] }).processOne();
    expect(await t.sql`SELECT FROM orq.claims`).toHaveLength(1);

    await takeAllForDead(t);
    await t.worker({ handlers: [runEcho] }).processOne();

    expect(await t.queue.get(id)).toMatchObject({ status: 'completed', attempt: 1 });
    expect(await t.failedAttempts(id)).toEqual([]);
    expect(await t.sql`SELECT FROM orq.claims`).toHaveLength(0);
  });
});

test('a worker that is late with its own heartbeat does not take itself for dead', async () => {
  await using t = await openQueueWithEffects();
  const { gate, handler } = holding();
  const { id } = await t.queue.enqueue(echo, { text: 'hello' });
  const worker = t.worker({ handlers: [handler], pollIntervalMs: 1 });
  const processing = worker.processOne();
  await gate.reached;

  await t.sql`UPDATE orq.workers SET heartbeat_at = now() - interval '1 hour'`;
  await worker.processOne();
  gate.open();

  expect(await processing).toMatchObject({ status: 'completed' });
  expect(await t.queue.get(id)).toMatchObject({ attempt: 1 });
});

test('a claim whose answer was lost is handed back by its own worker, no attempt spent', async () => {
  await using t = await openQueueWithEffects();
  const { log, lines } = recordLog();
  const { gate, handler } = holding();
  const running = await t.queue.enqueue(echo, { text: 'running' });
  await t.worker({ handlers: [handler], concurrency: 1, pollIntervalMs: 50, log }).start();
  await gate.reached;
  const { id } = await t.queue.enqueue(echo, { text: 'unheard' });
  const [workerId = ''] = await workerIds(t);

  expect(await claimUnheard(t.sql, workerId)).toMatchObject([{ id }]);
  await t.until(id, 'pending');
  gate.open();

  expect(await t.until(id, 'completed')).toMatchObject({ attempt: 1 });
  expect(await t.until(running.id, 'completed')).toMatchObject({ attempt: 1 });
  expect(lines).toContainEqual(expect.objectContaining({ level: 'warn', claims: 1, jobs: 1 }));
});

test('a claim that begins while its worker looks for lost ones is none of them', async () => {
  await using t = await openTestQueue();
  const { id } = await t.queue.enqueue(echo, { text: 'hello' });
  const { workerId, jobs } = await dieWithJobs(t.sql);
  const ledger = createClaimLedger();
  const held = () => {
    const known = ledger.held();
    for (const { claimId } of jobs) ledger.begin(claimId);
    return known;
  };

  const deps = {
    sql: t.sql,
    queues: ['default'],
    leftToOthers: new Set<string>(),
    everyMs: 1_000,
    tallies: createTallyKeeper(t.sql),
    log: recordLog().log,
  };
  const keys = { freed: () => undefined };
  await createHousekeeping({ ...deps, keys, ledger: { ...ledger, held } }).keep(workerId);

  expect(await t.queue.get(id)).toMatchObject({ status: 'processing' });
});

test('a worker that is not registered is given no job', async () => {
  await using t = await openTestQueue();
  const { id } = await t.queue.enqueue(echo, { text: 'hello' });

  expect(await claimUnheard(t.sql, uuidv7())).toEqual([]);
  expect(await t.queue.get(id)).toMatchObject({ status: 'pending' });
});

async function workerIds(t: TestQueue): Promise<string[]> {
  const rows = await t.sql<{ id: string }[]>`SELECT id FROM orq.workers`;
  return rows.map((row) => row.id);
}
