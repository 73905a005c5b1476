import { spawnProcess, type SpawnedProcess, waitFor } from '@orq/testing';
import { describe, expect, test } from 'vitest';
import { entry, type Ledger, openLedger, writeEntry } from './support/ledger.ts';
import { openTestQueue, type TestQueue, type TestQueueOptions } from './support/test-queue.ts';
import { untilLocked } from './support/until-locked.ts';

/** Of each process. */
const SLOTS = 4;
const LEASE_MS = 1_000;
const POLL_INTERVAL_MS = 200;
/** For a machine that has other things to do. */
const SLACK_MS = 10_000;
const workerFile = new URL('./processes/worker.ts', import.meta.url);

/** A queue with a ledger, and processes that are killed at the end. */
async function openProcesses(options?: TestQueueOptions) {
  const t = await openTestQueue(options);
  const ledger = await openLedger(t.sql);
  const processes: SpawnedProcess[] = [];
  return {
    ...t,
    ledger,
    async startWorker({ leaseMs = LEASE_MS } = {}): Promise<SpawnedProcess> {
      const env = {
        DATABASE_URL: t.url,
        SLOTS: String(SLOTS),
        LEASE_MS: String(leaseMs),
        POLL_INTERVAL_MS: String(POLL_INTERVAL_MS),
      };
      const worker = spawnProcess(workerFile, { env });
      processes.push(worker);
      await worker.waitForOutput('working');
      return worker;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(processes.map((one) => one.kill('SIGKILL')));
      await t[Symbol.asyncDispose]();
    },
  };
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

const untilEntered = (ledger: Ledger, count: number) =>
  waitFor(async () => (await ledger.entries()).length >= count, {
    describe: `${count} entries are written`,
  });

const untilStarted = (ledger: Ledger, count: number) =>
  waitFor(async () => (await ledger.starts()).length >= count, { describe: `${count} jobs have started` });

describe('workers in processes of their own', () => {
  test('drain 300 jobs, three of them, each job exactly once', async () => {
    await using t = await openProcesses();
    const workers = await Promise.all([1, 2, 3].map(() => t.startWorker({ leaseMs: 30_000 })));

    await t.queue.enqueueMany(
      entry,
      numbers(300).map((n) => ({ n, workMs: 30, held: true })),
    );
    await untilStarted(t.ledger, workers.length * SLOTS);
    await t.ledger.letEnd();
    await untilEntered(t.ledger, 300);

    expect(await t.ledger.starts()).toEqual(numbers(300));
    expect(await t.ledger.entries()).toEqual(numbers(300));
    expect(await busyWorkers(t)).toBe(workers.length);
    expect(await t.sql`SELECT FROM orq.job_attempts`).toHaveLength(0);
  });

  test('end by themselves at SIGTERM, once what runs has ended', async () => {
    await using t = await openProcesses();
    const worker = await t.startWorker();
    const { id } = await t.queue.enqueue(entry, { n: 1, workMs: 300 });
    await untilStarted(t.ledger, 1);

    const exit = await worker.kill('SIGTERM');

    expect(exit).toEqual({ code: 0, signal: null });
    expect(await t.queue.get(id)).toMatchObject({ status: 'completed', attempt: 1 });
    expect(await t.sql`SELECT FROM orq.workers`).toHaveLength(0);
  });
});

test('a worker is killed in the middle of a job, and the job is finished by another', async () => {
  await using t = await openProcesses();
  const [first] = await Promise.all([t.startWorker(), t.startWorker({ leaseMs: 30_000 })]);
  const jobs = await t.queue.enqueueMany(
    entry,
    numbers(2 * SLOTS).map((n) => ({ n, workMs: 20, held: true })),
  );
  await untilStarted(t.ledger, jobs.length);
  const owned = await t.sql<{ id: string }[]>`
    SELECT s.id FROM orq.job_status s JOIN orq.workers w ON w.id = s.worker_id
    WHERE w.name = ${`process ${first.pid}`} AND s.status = 'processing'`;
  const lost = new Set(owned.map(({ id }) => id));

  await first.kill('SIGKILL');
  const killedAt = Date.now();
  await t.ledger.letEnd();
  const reruns = await Promise.all([...lost].map((id) => t.until(id, 'completed')));

  expect(lost.size).toBe(SLOTS);
  for (const job of reruns) {
    expect(job.attempt).toBe(2);
    expect(await t.failedAttempts(job.id)).toMatchObject([{ attempt: 1, outcome: 'lost' }]);
    const waited = Date.parse(job.started_at ?? '') - killedAt;
    expect(waited).toBeLessThan(LEASE_MS + POLL_INTERVAL_MS + SLACK_MS);
  }
  await Promise.all(jobs.map((id) => t.until(id, 'completed')));
  expect(await t.ledger.entries()).toEqual(numbers(jobs.length));
  expect(await t.ledger.starts()).toHaveLength(jobs.length + lost.size);
});

test('a worker that was stopped past its lease settles nothing, and then works on', async () => {
  await using t = await openProcesses();
  const frozen = await t.startWorker();
  const { id } = await t.queue.enqueue(entry, { n: 1, workMs: 20, held: true });
  await untilStarted(t.ledger, 1);
  const registered = await workerIds(t);

  process.kill(frozen.pid, 'SIGSTOP');
  const other = t.worker({ handlers: [writeEntry(t.sql)], pollIntervalMs: POLL_INTERVAL_MS });
  await other.start();
  await untilStarted(t.ledger, 2);
  await t.ledger.letEnd();
  const { worker_id } = await t.until(id, 'completed');
  await other.stop();
  process.kill(frozen.pid, 'SIGCONT');

  const next = await t.queue.enqueue(entry, { n: 2 });
  await t.until(next.id, 'completed');
  expect(registered).not.toContain(worker_id);
  expect(await workerIds(t)).toHaveLength(1);
  expect(await workerIds(t)).not.toEqual(registered);
  expect(await t.ledger.starts()).toEqual([1, 1, 2]);
  expect(await t.ledger.entries()).toEqual([1, 2]);
  expect(await t.queue.get(id)).toMatchObject({ status: 'completed', attempt: 2, worker_id });
});

test('a worker that was stopped past its lease as it claimed does not begin what is another’s by then', async () => {
  await using t = await openProcesses({ spoils: true });
  await holdClaims(t);
  const stopped = await t.startWorker();
  const id = await t.sql.begin(async (tx) => {
    await tx`SELECT pg_advisory_xact_lock(1)`;
    const job = await t.queue.enqueue(entry, { n: 1 });
    await untilLocked(t.sql);
    process.kill(stopped.pid, 'SIGSTOP');
    return job.id;
  });
  await waitFor(async () => (await t.queue.get(id))?.status === 'processing', { describe: 'it is claimed' });

  const other = t.worker({ handlers: [writeEntry(t.sql)], pollIntervalMs: POLL_INTERVAL_MS });
  await other.start();
  await t.until(id, 'completed');
  await other.stop();
  process.kill(stopped.pid, 'SIGCONT');

  const next = await t.queue.enqueue(entry, { n: 2 });
  await t.until(next.id, 'completed');
  expect(await t.ledger.starts()).toEqual([1, 2]);
});

test('a job whose worker dies at every attempt is failed after its last', async () => {
  await using t = await openProcesses();
  const { id } = await t.queue.enqueue(entry, { n: 1, fatal: true }, { maxAttempts: 2 });
  const victims = await Promise.all([t.startWorker(), t.startWorker()]);

  await Promise.all(victims.map(({ exited }) => exited));
  await t.worker({ handlers: [writeEntry(t.sql)], pollIntervalMs: POLL_INTERVAL_MS }).start();

  expect(await t.until(id, 'failed')).toMatchObject({ attempt: 2 });
  expect(await t.ledger.starts()).toEqual([1, 1]);
  expect(await t.ledger.entries()).toEqual([]);
  expect(await t.failedAttempts(id)).toMatchObject([
    { attempt: 1, outcome: 'lost' },
    { attempt: 2, outcome: 'lost' },
  ]);
});

/** Claims wait from now on while another holds the advisory lock 1. */
async function holdClaims({ sql }: TestQueue): Promise<void> {
  await sql`
    CREATE FUNCTION public.hold() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_advisory_xact_lock(1);
      RETURN NEW;
    END $$`;
  await sql`CREATE TRIGGER hold BEFORE INSERT ON orq.claims FOR EACH ROW EXECUTE FUNCTION public.hold()`;
}

async function busyWorkers(t: TestQueue): Promise<number> {
  const rows = await t.sql`SELECT DISTINCT worker_id FROM orq.jobs`;
  return rows.length;
}

async function workerIds(t: TestQueue): Promise<string[]> {
  const rows = await t.sql<{ id: string }[]>`SELECT id FROM orq.workers`;
  return rows.map((row) => row.id);
}
