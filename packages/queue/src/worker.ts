import type { Health, ProcessResult } from '@orq/contracts';
import { backoffMs } from './backoff.ts';
import { createClaimLedger } from './claim-ledger.ts';
import { createClaimer } from './claimer.ts';
import { errorText } from './errors.ts';
import type { Handler } from './handler.ts';
import { createHousekeeping } from './housekeeping.ts';
import { createLease, type Tenure } from './lease.ts';
import { createLookahead } from './lookahead.ts';
import { silent } from './logger.ts';
import { processResult } from './process-result.ts';
import { createRuns } from './runs.ts';
import { sleep } from './sleep.ts';
import type { ClaimedJob } from './sql/claim.ts';
import { releaseJobs } from './sql/release.ts';
import { createSubscription } from './subscription.ts';
import { untilDatabaseAnswers } from './until-database-answers.ts';
import { createVitals } from './vitals.ts';
import { createWake } from './wake.ts';
import { endsWithin, within } from './within.ts';
import { type WorkerOptions, WorkerSettings } from './worker-options.ts';

export interface StopOptions {
  /** How long running jobs may go on before they are told to end and are handed back. In ms, default 25,000. */
  drainMs?: number;
}

export interface Worker {
  /**
   * Registers the worker and begins to work. Waits with backoff while the database is not there, or until `stop()`.
   *
   * @throws what the database refuses the worker for, such as a wrong password; once the worker has been stopped
   */
  start(): Promise<void>;
  /** Claims nothing more, lets running jobs end, hands back those that do not. Never throws. */
  stop(options?: StopOptions): Promise<void>;
  /** Takes one job from the queue and runs it, whether or not the worker is started. */
  processOne(): Promise<ProcessResult>;
  health(): Health;
}

/** How long each of the loop's steps may take before the database counts as gone. In ms. */
const STEP_BOUND_MS = 10_000;
/** How long the loop may take to end. A claim that answers later still is handed back then. In ms. */
const LAST_TURN_MS = 1_000;
/** How long each of the last steps may take while the worker stops. In ms. */
const FAREWELL_BOUND_MS = 3_000;
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
 * @throws {Error} when two handlers have the same type
 * @throws {z.ZodError} when an option is out of its bounds
 */
export function createWorker({ sql, handlers: registered, log = silent, ...options }: WorkerOptions): Worker {
  const handlers = byType(registered);
  const { concurrency, queues, pollIntervalMs, leaseMs, name, version } = WorkerSettings.parse(options);

  const stopped = new AbortController();
  const wake = createWake();
  const vitals = createVitals(pollIntervalMs);
  const ledger = createClaimLedger();
  const leftToOthers = new Set<string>();
  const registration = { name, version, queues, jobTypes: [...handlers.keys()], concurrency, leaseMs };
  const lease = createLease(sql, registration, log, vitals.database);
  const subscription = createSubscription({ sql, queues, onRing: wake.ring, log });
  const housekeeping = createHousekeeping({ sql, ledger, leftToOthers, everyMs: pollIntervalMs, log });
  const lookahead = createLookahead();
  const claimer = createClaimer({
    sql,
    queues,
    ledger,
    leftToOthers,
    stopped: stopped.signal,
    boundMs: STEP_BOUND_MS,
    onLostAnswer: housekeeping.hasten,
    onStragglers(jobs, workerId) {
      if (tenure?.workerId === workerId) runs.add(jobs, tenure);
      wake.ring();
    },
  });
  const runs = createRuns({
    sql,
    handlers,
    concurrency,
    log,
    leaveToOthers: (type) => void leftToOthers.add(type),
    onPerformed() {
      lookahead.jobEnded();
      ringWhenHungry();
    },
    onEnd(job, { status }) {
      ringWhenHungry();
      // What is unsettled stays claimed, so that it runs again when this worker has stopped.
      if (status !== 'unsettled') ledger.jobDone(job.claimId);
    },
  });
  let tenure: Tenure | undefined;
  /** Whether the last claim took all that there was room for: then there may be more. */
  let backlog = false;
  /** A claim is worth its round trip once so few jobs wait for a slot. */
  let refillAt = 0;
  let starting: Promise<void> | undefined;
  let loop: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;

  function ringWhenHungry() {
    if (backlog && runs.waiting() <= refillAt) wake.ring();
  }

  /** Registers the worker where it is not, and does what it owes to others. */
  async function prepare(): Promise<Tenure> {
    tenure = await within(STEP_BOUND_MS, lease.hold());
    await within(STEP_BOUND_MS, housekeeping.keep(tenure.workerId));
    return tenure;
  }

  async function claim(holder: Tenure, limit: number): Promise<void> {
    const askedAt = performance.now();
    let taken = 0;
    for await (const jobs of claimer.claim(holder.workerId, limit)) {
      runs.add(jobs, holder);
      taken += jobs.length;
    }
    lookahead.claimTook(performance.now() - askedAt);
    backlog = taken >= limit;
  }

  /** Jobs that were claimed ahead of a slot go back: at once when the worker stops, else when they wait too long. */
  async function handBackWaiting(longerThanMs: number): Promise<void> {
    const jobs = runs.takeWaiting(longerThanMs);
    if (jobs.length === 0) return;
    try {
      await within(STEP_BOUND_MS, releaseJobs(sql, jobs));
    } catch (error) {
      // Still ours, or fenced: either way they can wait for a slot here. Dropped, they would wait for this worker's end.
      if (tenure && !stopped.signal.aborted) runs.add(jobs, tenure);
      throw error;
    }
    for (const job of jobs) ledger.jobDone(job.claimId);
  }

  async function turn(): Promise<void> {
    const holder = await prepare();
    await handBackWaiting(pollIntervalMs);
    const ahead = lookahead.jobs();
    const room = runs.room(ahead);
    refillAt = Math.floor(ahead / 2);
    if (room > 0 && runs.waiting() <= refillAt) await claim(holder, room);
    else backlog = true;
    vitals.database(true);
  }

  async function work(): Promise<void> {
    for (let failures = 0; !stopped.signal.aborted;) {
      vitals.turn();
      try {
        await turn();
        failures = 0;
        await wake.wait(Math.min(pollIntervalMs, backlog ? Infinity : claimer.moreIn()));
      } catch (error) {
        failures += 1;
        vitals.database(false);
        log.error({ error: errorText(error), failures }, 'could not reach the queue; trying again');
        await sleep(backoffMs(failures, RECONNECT), stopped.signal);
      }
    }
    vitals.rest();
  }

  async function begin(): Promise<void> {
    try {
      await untilDatabaseAnswers(() => lease.hold(), log, stopped.signal);
    } catch (error) {
      starting = undefined;
      if (stopped.signal.aborted) return;
      throw error;
    }
    if (stopped.signal.aborted) return;
    subscription.open();
    loop = work();
  }

  async function end(drainMs: number): Promise<void> {
    stopped.abort();
    wake.ring();
    await endsWithin(LAST_TURN_MS, Promise.resolve(loop));
    await farewell('hand back what was claimed ahead', () => handBackWaiting(0));
    await runs.drain(drainMs);
    await Promise.all([
      farewell('hand back what did not end and take the worker off the list', () => lease.end()),
      farewell('end the subscription', () => subscription.close()),
    ]);
    runs.abandon();
  }

  /** One step of the farewell; where the database is gone, the lease will do what it could not. */
  async function farewell(what: string, step: () => Promise<unknown>): Promise<void> {
    await within(FAREWELL_BOUND_MS, step()).catch((error: unknown) =>
      log.warn({ error: errorText(error) }, `could not ${what}; it will happen when the lease has run out`),
    );
  }

  /** Looks everywhere before it says that there is none. */
  async function claimOne({ workerId }: Tenure): Promise<ClaimedJob | undefined> {
    for await (const [job] of claimer.claim(workerId, 1, true)) if (job) return job;
    return undefined;
  }

  async function processOne(): Promise<ProcessResult> {
    const holder = await prepare();
    const job = await claimOne(holder);
    if (!job) return { processed: false, message: 'No pending jobs in queue' };
    const execution = await runs.launch(job, holder);
    // Another worker knows its type: this one was not for us.
    if (execution.status === 'released' && leftToOthers.has(job.type)) return processOne();
    return processResult(sql, job, execution);
  }

  return {
    async start() {
      if (stopped.signal.aborted) throw new Error('This worker has been stopped; create another');
      await (starting ??= begin());
    },
    stop: ({ drainMs = 25_000 } = {}) => (stopping ??= end(drainMs)),
    processOne,
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
