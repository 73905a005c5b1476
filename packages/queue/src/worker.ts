import type { Health, ProcessResult } from '@orq/contracts';
import type { Sql } from '@orq/db';
import { v7 as uuidv7 } from 'uuid';
import { backoffMs } from './backoff.ts';
import { createClaimLedger } from './claim-ledger.ts';
import { DOORBELL_CHANNEL } from './doorbell.ts';
import { errorText, ShutdownError } from './errors.ts';
import { execute, type Execution } from './executor.ts';
import type { Handler } from './handler.ts';
import { keepHouse } from './housekeeping.ts';
import { createLease, type Tenure } from './lease.ts';
import { type Logger, silent } from './logger.ts';
import { sleep } from './sleep.ts';
import { claimJobs, type ClaimedJob } from './sql/claim.ts';
import { readJob } from './sql/job.ts';
import { releaseClaims } from './sql/release.ts';
import { untilDatabaseAnswers } from './until-database-answers.ts';
import { createVitals } from './vitals.ts';
import { createWake } from './wake.ts';
import { endsWithin, within } from './within.ts';

export interface WorkerOptions {
  /** A postgres.js client; give the queue one that drizzle does not share. */
  sql: Sql;
  handlers: readonly Handler[];
  /** Jobs that run at once. Default 10. */
  concurrency?: number;
  /** Queues to work, first come first served among them. Default `['default']`. */
  queues?: readonly string[];
  /** The longest wait before the queue is looked at again without a ring, in ms. Default 2,000. */
  pollIntervalMs?: number;
  /** Without a heartbeat for this long the worker counts as dead and its jobs run elsewhere. In ms, default 30,000. */
  leaseMs?: number;
  log?: Logger;
  /** For people: where this worker runs. Default `worker`. */
  name?: string;
  /** The deployed version, for people. Default `0`. */
  version?: string;
}

export interface StopOptions {
  /** How long running jobs may go on before they are told to end and are handed back. In ms, default 25,000. */
  drainMs?: number;
}

export interface Worker {
  /** Registers the worker and begins to work. Waits with backoff while the database is not there. */
  start(): Promise<void>;
  /** Claims nothing more, lets running jobs end, hands back those that do not. Never throws. */
  stop(options?: StopOptions): Promise<void>;
  /** Takes one job from the queue and runs it, whether or not the worker is started. */
  processOne(): Promise<ProcessResult>;
  health(): Health;
}

interface Run {
  workerId: string;
  abort: AbortController;
  done: Promise<Execution>;
}

/** The longest that a claim may take before its answer counts as lost. In ms. */
const CLAIM_BOUND_MS = 10_000;
/** How long a handler may take to end once its signal is aborted. In ms. */
const ABORT_GRACE_MS = 2_000;
/** How long each of the last statements may take while the worker stops. In ms. */
const FAREWELL_BOUND_MS = 5_000;
const RECONNECT = { baseMs: 100, maxMs: 5_000 };

/**
 * Works a queue: claims jobs as it has room, runs their handlers, settles them. No handler, input or database fault
 * ends it.
 *
 * @example
 * const worker = createWorker({ sql, handlers: [runCutAnalysis], concurrency: 10 });
 * await worker.start();
 * process.once('SIGTERM', () => void worker.stop());
 *
 * @throws {Error} when two handlers have the same type, or concurrency is less than 1
 */
export function createWorker({
  sql,
  handlers: registered,
  concurrency = 10,
  queues = ['default'],
  pollIntervalMs = 2_000,
  leaseMs = 30_000,
  log = silent,
  name = 'worker',
  version = '0',
}: WorkerOptions): Worker {
  const handlers = byType(registered);
  if (!Number.isInteger(concurrency) || concurrency < 1) throw new Error('concurrency must be 1 or more');

  const wake = createWake();
  const vitals = createVitals(pollIntervalMs);
  const ledger = createClaimLedger();
  const lease = createLease(
    sql,
    { name, version, queues, jobTypes: [...handlers.keys()], concurrency, leaseMs },
    log,
    vitals.database,
  );
  const running = new Map<string, Run>();
  const leftToOthers = new Set<string>();
  const stopped = new AbortController();
  let backlog = false;
  let firstQueue = 0;
  let houseKeptAt = -Infinity;
  let listening: { unlisten(): Promise<void> } | undefined;
  let loop: Promise<void> | undefined;

  async function claim(tenure: Tenure, limit: number): Promise<ClaimedJob[]> {
    const jobs: ClaimedJob[] = [];
    firstQueue = (firstQueue + 1) % queues.length;
    for (const queue of [...queues.slice(firstQueue), ...queues.slice(0, firstQueue)]) {
      if (jobs.length < limit) jobs.push(...(await claimFrom(queue, tenure, limit - jobs.length)));
    }
    return jobs;
  }

  async function claimFrom(queue: string, { workerId }: Tenure, limit: number): Promise<ClaimedJob[]> {
    const claimId = uuidv7();
    const finished = ledger.takeFinished();
    ledger.begin(claimId);
    try {
      const request = { claimId, workerId, queue, limit, except: [...leftToOthers], finished };
      const jobs = await within(CLAIM_BOUND_MS, claimJobs(sql, request));
      ledger.granted(claimId, jobs.length);
      return jobs;
    } catch (error) {
      ledger.forget(claimId);
      ledger.keepFinished(finished);
      houseKeptAt = -Infinity;
      throw error;
    }
  }

  function launch(job: ClaimedJob, { workerId, lost }: Tenure): Promise<Execution> {
    const abort = new AbortController();
    const onLost = () => abort.abort(lost.reason);
    lost.addEventListener('abort', onLost, { once: true });
    const done = execute(job, {
      sql,
      workerId,
      handlers,
      log,
      signal: abort.signal,
      leaveToOthers: (type) => void leftToOthers.add(type),
    }).finally(() => {
      lost.removeEventListener('abort', onLost);
      running.delete(job.id);
      ledger.jobDone(job.claimId);
      if (backlog) wake.ring();
    });
    running.set(job.id, { workerId, abort, done });
    return done;
  }

  async function turn(): Promise<void> {
    const tenure = await within(CLAIM_BOUND_MS, lease.hold());
    if (Date.now() - houseKeptAt >= pollIntervalMs) {
      await listen();
      await within(CLAIM_BOUND_MS, keepHouse({ sql, workerId: tenure.workerId, ledger, leftToOthers, log }));
      houseKeptAt = Date.now();
    }
    const free = concurrency - running.size;
    const jobs = free > 0 && !stopped.signal.aborted ? await claim(tenure, free) : [];
    backlog = jobs.length === free;
    for (const job of jobs) void launch(job, tenure);
    vitals.database(true);
  }

  async function work(): Promise<void> {
    for (let failures = 0; !stopped.signal.aborted;) {
      vitals.turn();
      try {
        await turn();
        failures = 0;
        await wake.wait(pollIntervalMs);
      } catch (error) {
        failures += 1;
        vitals.database(false);
        log.error({ error: errorText(error), failures }, 'could not reach the queue; trying again');
        await sleep(backoffMs(failures, RECONNECT), stopped.signal);
      }
    }
    vitals.rest();
  }

  /** The client keeps the subscription through reconnects; a ring may have been missed meanwhile. */
  async function listen(): Promise<void> {
    listening ??= await within(CLAIM_BOUND_MS, sql.listen(DOORBELL_CHANNEL, hear, wake.ring));
  }

  function hear(queue: string): void {
    if (queues.includes(queue)) wake.ring();
  }

  async function drain(drainMs: number): Promise<void> {
    const ended = () => Promise.all([...running.values()].map((run) => run.done));
    if (await endsWithin(drainMs, ended())) return;
    log.warn({ jobs: [...running.keys()] }, 'jobs are still running after the drain; telling them to end');
    for (const run of running.values()) run.abort.abort(new ShutdownError());
    await endsWithin(ABORT_GRACE_MS, ended());
  }

  /** One step of the farewell; where the database is gone, the lease will do what it could not. */
  async function farewell(what: string, step: () => Promise<unknown>): Promise<void> {
    await within(FAREWELL_BOUND_MS, step()).catch((error: unknown) =>
      log.warn({ error: errorText(error) }, `could not ${what}; it will happen when the lease has run out`),
    );
  }

  return {
    async start() {
      if (loop) return;
      await untilDatabaseAnswers(() => lease.hold(), log, stopped.signal);
      loop = work();
    },

    async stop({ drainMs = 25_000 } = {}) {
      stopped.abort();
      wake.ring();
      await loop;
      await drain(drainMs);
      const held = ledger.held();
      if (held.length > 0)
        await farewell('hand back the jobs that did not end', () => releaseClaims(sql, held));
      await farewell('take the worker off the list', () => lease.end());
      await farewell('end the subscription', async () => listening?.unlisten());
    },

    async processOne() {
      const tenure = await lease.hold();
      const [job] = await claim(tenure, 1);
      if (!job) return { processed: false, message: 'No pending jobs in queue' };
      const { status, result, error, durationMs } = await launch(job, tenure);
      const settled =
        status === 'released' || status === 'lost' ? (await readJob(sql, job.id))?.status : status;
      return {
        processed: true,
        job_id: job.id,
        job_type: job.type,
        status: settled ?? 'failed',
        result: result === null ? null : JSON.parse(result),
        processing_time_ms: durationMs,
        error,
      };
    },

    health: vitals.health,
  };
}

function byType(handlers: readonly Handler[]): Map<string, Handler> {
  const map = new Map<string, Handler>();
  for (const handler of handlers) {
    if (map.has(handler.type)) throw new Error(`Two handlers are registered for job_type "${handler.type}"`);
    map.set(handler.type, handler);
  }
  return map;
}
