import type { Health, ProcessResult } from '@orq/contracts';
import { backoffMs } from './backoff.ts';
import { createClaimLedger } from './claim-ledger.ts';
import { createCancelWatch } from './cancel-watch.ts';
import { createClaimer } from './claimer.ts';
import { errorText } from './errors.ts';
import type { Handler } from './handler.ts';
import { createDoorbell } from './doorbell.ts';
import { createHousekeeping } from './housekeeping.ts';
import { createIntake } from './intake.ts';
import { createKeyWaker } from './key-waker.ts';
import { createJobLogWriter } from './job-log-writer.ts';
import { createLease, type Tenure } from './lease.ts';
import { silent } from './logger.ts';
import { processResult } from './process-result.ts';
import { createRuns } from './runs.ts';
import { sleep } from './sleep.ts';
import type { ClaimedJob } from './sql/claim.ts';
import { createSubscription } from './subscription.ts';
import { untilDatabaseAnswers } from './until-database-answers.ts';
import { createTallyKeeper } from './tally-keeper.ts';
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
/** How often it is looked whether other work is to be done in place of a run that lends its slot. In ms. */
const STAND_IN_MS = 50;
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
  const { concurrency, pollIntervalMs, leaseMs, pollOnly, name, version, ...given } =
    WorkerSettings.parse(options);
  const queues = given.queues.map((queue) => (typeof queue === 'string' ? queue : queue.name));
  const queueLimits = new Map(
    given.queues.flatMap((queue) => (typeof queue === 'string' ? [] : [[queue.name, queue.concurrency]])),
  );

  const stopped = new AbortController();
  const wake = createWake();
  const vitals = createVitals(pollIntervalMs, () => ({ stuck: runs.stuck(), all: concurrency }));
  const ledger = createClaimLedger();
  const jobLogs = createJobLogWriter(sql);
  const leftToOthers = new Set<string>();
  const registration = { name, version, queues, jobTypes: [...handlers.keys()], concurrency, leaseMs };
  const lease = createLease(sql, registration, log, (answered) => {
    // A heartbeat has a connection of its own: that it is well again, the worker's next turn must show.
    if (!answered) vitals.database(false);
    else if (!vitals.databaseAnswers()) wake.ring();
  });
  const doorbell = createDoorbell(sql);
  const tallies = createTallyKeeper(sql);
  const keys = createKeyWaker({
    sql,
    onWoken(places) {
      claimer.hint(places);
      wake.ring();
      if (!pollOnly) new Set(places.map(({ queue }) => queue)).forEach(doorbell.ring);
    },
  });
  const housekeeping = createHousekeeping({
    sql,
    ledger,
    queues,
    leftToOthers,
    keys,
    tallies,
    everyMs: pollIntervalMs,
    log,
  });
  const claimer = createClaimer({
    sql,
    queues,
    ledger,
    leftToOthers,
    stopped: stopped.signal,
    boundMs: STEP_BOUND_MS,
    onLostAnswer: housekeeping.hasten,
    onStragglers(jobs, workerId) {
      if (tenure?.workerId === workerId) intake.add(jobs, tenure);
      wake.ring();
    },
  });
  const runs = createRuns({
    sql,
    handlers,
    concurrency,
    queueLimits,
    log,
    jobLogs,
    leaveToOthers: (type) => void leftToOthers.add(type),
    onPerformed: () => intake.performed(),
    onLent: () => intake.freed(),
    onEnd(job, { status }) {
      intake.freed();
      // What is unsettled stays claimed, so that it runs again when this worker has stopped.
      if (status === 'unsettled') return;
      ledger.jobDone(job.claimId);
      tallies.count(job.queue, status);
      if (job.limits?.concurrencyKey) keys.freed(job.limits.concurrencyKey);
    },
  });
  const intake = createIntake({
    sql,
    claimer,
    runs,
    ledger,
    boundMs: STEP_BOUND_MS,
    onHungry: wake.ring,
    holder: () => (stopped.signal.aborted ? undefined : tenure),
  });
  const cancelWatch = createCancelWatch({ sql, runningFor: runs.runningFor, onCancel: runs.cancel });
  const subscription = createSubscription({
    sql,
    queues,
    onRing: wake.ring,
    onCancel: runs.cancel,
    onPause: (queue) => void handBackPaused(queue),
    log,
  });
  let tenure: Tenure | undefined;
  let starting: Promise<void> | undefined;
  let loop: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;

  /** Registers the worker where it is not, and does what it owes to others. */
  async function prepare(): Promise<Tenure> {
    tenure = await within(STEP_BOUND_MS, lease.hold());
    await within(STEP_BOUND_MS, housekeeping.keep(tenure.workerId));
    return tenure;
  }

  async function turn(): Promise<void> {
    const holder = await prepare();
    const before = performance.now() - pollIntervalMs;
    await intake.handBack(({ since }) => since <= before);
    await intake.refill(holder);
    vitals.database(true);
  }

  async function handBackPaused(queue: string): Promise<void> {
    await intake
      .handBack(({ job }) => job.queue === queue)
      .catch((error: unknown) =>
        log.warn({ error: errorText(error), queue }, 'could not hand back what was paused'),
      );
  }

  async function work(): Promise<void> {
    let failingSince = Infinity;
    for (let failures = 0; !stopped.signal.aborted;) {
      vitals.turn();
      try {
        await turn();
        failures = 0;
        failingSince = Infinity;
        await wake.wait(Math.min(pollIntervalMs, intake.moreIn()));
      } catch (error) {
        failures += 1;
        vitals.database(false);
        failingSince = Math.min(failingSince, performance.now());
        // Its heartbeats may go on, by a connection of their own: but who cannot settle a job shall not keep it.
        if (performance.now() - failingSince > leaseMs) lease.rest();
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
    if (!pollOnly) subscription.open();
    cancelWatch.start();
    loop = work();
  }

  async function end(drainMs: number): Promise<void> {
    stopped.abort();
    wake.ring();
    await endsWithin(LAST_TURN_MS, Promise.resolve(loop));
    await farewell('hand back what was claimed ahead', () => intake.handBack(() => true));
    await runs.drain(drainMs);
    await Promise.all([
      jobLogs.flush(FAREWELL_BOUND_MS),
      farewell('hand back what did not end and take the worker off the list', () => lease.end()),
      farewell('tell what it has settled', async () => tenure && tallies.tell(tenure.workerId)),
      farewell('end the subscription', () => subscription.close()),
    ]);
    cancelWatch.stop();
    runs.abandon();
  }

  /** One step of the farewell; where the database is gone, the lease will do what it could not. */
  async function farewell(what: string, step: () => Promise<unknown>): Promise<void> {
    await within(FAREWELL_BOUND_MS, step()).catch((error: unknown) =>
      log.warn({ error: errorText(error) }, `could not ${what}; it will happen when the lease has run out`),
    );
  }

  async function processOne(): Promise<ProcessResult> {
    const holder = await prepare();
    const job = await intake.takeOne(holder);
    if (!job) return { processed: false, message: 'No pending jobs in queue' };
    const running = runs.launch(job, holder);
    if (!loop) void workInPlaceOf(job, running);
    const execution = await running;
    // Another worker knows its type: this one was not for us.
    if (execution.status === 'released' && leftToOthers.has(job.type)) return processOne();
    return processResult(sql, job, execution);
  }

  /** While a run lends its slot, does what the loop would, where there is none: else it might wait for ever. */
  async function workInPlaceOf(job: ClaimedJob, running: Promise<unknown>): Promise<void> {
    let isOver = false;
    void running.finally(() => (isOver = true));
    while (!isOver && !stopped.signal.aborted) {
      const lent = runs.hasLent(job);
      const worked = lent && (await processOne().catch(() => ({ processed: false })));
      if (!worked || !worked.processed) await sleep(STAND_IN_MS, stopped.signal);
    }
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
