import type { Sql } from '@orq/db';
import { Cancellation } from './cancellation.ts';
import { createCompleter } from './completer.ts';
import { CancelledError, LeaseLostError, ShutdownError } from './errors.ts';
import { execute, type Execution, type ExecutorDeps } from './executor.ts';
import type { Handler } from './handler.ts';
import type { JobLogWriter } from './job-log-writer.ts';
import type { Tenure } from './lease.ts';
import type { Logger } from './logger.ts';
import { Slots } from './slots.ts';
import type { ClaimedJob } from './sql/claim.ts';
import { WaitingLine } from './waiting-line.ts';
import { endsWithin } from './within.ts';

export interface RunsDeps {
  sql: Sql;
  handlers: ReadonlyMap<string, Handler>;
  /** Handlers that run at once. */
  concurrency: number;
  /** For queues that have one: how many of their handlers run at once. */
  queueLimits: ReadonlyMap<string, number>;
  log: Logger;
  jobLogs: JobLogWriter;
  leaveToOthers(jobType: string): void;
  /** Called when a handler has ended, before its outcome is written. */
  onPerformed(): void;
  /** Called when a run lends its slot: there may be room for another job. */
  onLent(): void;
  /** Called when a job has ended here, however it did. */
  onEnd(job: ClaimedJob, execution: Execution): void;
}

/** The jobs that this worker holds: those that run, those that wait for a slot, and those whose outcome is being written. */
export interface Runs {
  /** How many more jobs there is room for, when `ahead` of them may wait for a slot. */
  room(ahead: number): number;
  /** How many more jobs of a queue there is room for, as far as its own limit goes. */
  roomIn(queue: string): number;
  /** Jobs that wait for a slot. */
  waiting(): number;
  /** Runs each as soon as there is a slot for it. @returns those for which their queue has no room any more */
  add(jobs: readonly ClaimedJob[], tenure: Tenure): ClaimedJob[];
  /** Runs it now, whether or not there is a slot. */
  launch(job: ClaimedJob, tenure: Tenure): Promise<Execution>;
  /** Takes those out of the line that match: they are not begun here. */
  takeWaiting(matches: (waiting: Waiting) => boolean): ClaimedJob[];
  /** Tells a job to end as cancelled, if it is here. */
  cancel(jobId: string): void;
  /** Whether the run of a job lends its slot. */
  hasLent(job: ClaimedJob): boolean;
  /** The ids of the jobs whose handlers have run for at least `ms`. */
  runningFor(ms: number): string[];
  /** How many slots have handlers that did not end when told to. */
  stuck(): number;
  /**
   * Waits `drainMs` for those that run to end, then tells them to end and waits a little longer. Those that lend their
   * slots are told at once: what they wait for may be long, and they can wait elsewhere.
   */
  drain(drainMs: number): Promise<void>;
  /** Nothing more is written for those that have not ended. */
  abandon(): void;
}

export interface Waiting {
  job: ClaimedJob;
  tenure: Tenure;
  /** By `performance.now()`. */
  since: number;
}

interface Active {
  tenure: Tenure;
  cancellation: Cancellation;
  /** By `performance.now()`. */
  since: number;
  done: Promise<Execution>;
}

/** How long a handler may take to end once its signal is aborted. In ms. */
const ABORT_GRACE_MS = 2_000;
/**
 * No more jobs are begun while so many outcomes wait to be written: the database is slow, or gone. Two full statements of
 * them keep it busy; more would only be memory, most of which outlives the young generation.
 */
const MOST_UNWRITTEN = 1_000;

export function createRuns(deps: RunsDeps): Runs {
  const { sql, handlers, concurrency, queueLimits, log, jobLogs, leaveToOthers, onPerformed, onLent, onEnd } =
    deps;
  const active = new Map<ClaimedJob, Active>();
  const means = new WeakMap<Tenure, ExecutorDeps>();
  const abandoned = new AbortController();
  const line = new WaitingLine<Waiting>();
  const slots = new Slots(concurrency, queueLimits, fillSlots);
  let stuck = 0;
  let draining = false;

  function takeWaiting(matches: (waiting: Waiting) => boolean): Waiting[] {
    const taken = line.take(matches);
    for (const { job } of taken) slots.leavePlace(job.queue);
    return taken;
  }

  /** What all executions of a tenure share; with it comes one listener for the loss of all that it holds. */
  function meansOf(tenure: Tenure): ExecutorDeps {
    const known = means.get(tenure);
    if (known) return known;
    const { workerId, lost } = tenure;
    const made: ExecutorDeps = {
      sql,
      workerId,
      completer: createCompleter({ sql, workerId, log, abandoned: abandoned.signal }),
      handlers,
      log,
      jobLogs,
      abandoned: abandoned.signal,
      leaveToOthers,
      lendSlot,
      onPerformed: freeSlot,
      onStuck: noteStuck,
    };
    means.set(tenure, made);
    lost.addEventListener('abort', () => drop(tenure), { once: true });
    return made;
  }

  function freeSlot(job: ClaimedJob) {
    slots.free(job);
    onPerformed();
  }

  function lendSlot<T>(job: ClaimedJob, cancellation: Cancellation, wait: () => Promise<T>): Promise<T> {
    if (draining) cancellation.request(new ShutdownError());
    const waited = slots.lend(job, cancellation.signal, wait);
    onLent();
    return waited;
  }

  function noteStuck(job: ClaimedJob, straggler: Promise<unknown>) {
    const since = performance.now();
    const about = { job_id: job.id, job_type: job.type, attempt: job.attempt };
    stuck += 1;
    log.error(
      about,
      'the handler did not end when it was told to: its slot is stuck, its job is settled without it',
    );
    const end = () => {
      stuck -= 1;
      log.warn({ ...about, stuck_ms: Math.round(performance.now() - since) }, 'a stuck slot is free again');
      freeSlot(job);
    };
    straggler.then(end, end);
  }

  function drop(tenure: Tenure) {
    for (const { job } of takeWaiting((waiting) => waiting.tenure === tenure))
      onEnd(job, { status: 'lost', result: null, error: null, durationMs: 0 });
    for (const { cancellation, tenure: its } of active.values()) {
      if (its === tenure) cancellation.request(new LeaseLostError());
    }
  }

  async function run(job: ClaimedJob, tenure: Tenure, cancellation: Cancellation): Promise<Execution> {
    slots.take();
    // This process may have been stopped since it claimed the job, which runs elsewhere then.
    if (tenure.isInDoubt()) await tenure.confirm();
    if (tenure.lost.aborted) cancellation.request(new LeaseLostError());
    const execution = await execute(job, cancellation, meansOf(tenure));
    active.delete(job);
    onEnd(job, execution);
    return execution;
  }

  /** Its place in the queue's limit is taken already. */
  function begin(job: ClaimedJob, tenure: Tenure, cancellation = new Cancellation()): Promise<Execution> {
    const done = run(job, tenure, cancellation);
    active.set(job, { tenure, cancellation, since: performance.now(), done });
    return done;
  }

  function fillSlots() {
    while (slots.isAnyFree) {
      const waiting = line.shift();
      if (!waiting) return;
      void begin(waiting.job, waiting.tenure);
    }
  }

  const allEnded = () => Promise.all([...active.values()].map(({ done }) => done));

  return {
    room(ahead) {
      const unwritten = active.size - slots.taken - slots.lent;
      return unwritten > MOST_UNWRITTEN ? 0 : Math.max(0, slots.room + ahead - line.length);
    },
    roomIn: (queue) => slots.roomIn(queue),
    waiting: () => line.length,
    add(jobs, tenure) {
      const since = performance.now();
      const surplus: ClaimedJob[] = [];
      for (const job of jobs) {
        if (slots.roomIn(job.queue) === 0) {
          surplus.push(job);
          continue;
        }
        slots.takePlace(job.queue);
        line.push({ job, tenure, since });
      }
      fillSlots();
      return surplus;
    },
    launch(job, tenure) {
      slots.takePlace(job.queue);
      return begin(job, tenure);
    },
    takeWaiting: (matches) => takeWaiting(matches).map(({ job }) => job),
    cancel(jobId) {
      for (const [job, { cancellation }] of active)
        if (job.id === jobId) cancellation.request(new CancelledError());
      for (const { job, tenure } of line.take((waiting) => waiting.job.id === jobId)) {
        const cancellation = new Cancellation();
        cancellation.request(new CancelledError());
        void begin(job, tenure, cancellation);
      }
    },
    hasLent: (job) => slots.hasLent(job),
    runningFor(ms) {
      const before = performance.now() - ms;
      return [...active].filter(([, { since }]) => since <= before).map(([{ id }]) => id);
    },
    stuck: () => stuck,
    async drain(drainMs) {
      draining = true;
      for (const [job, { cancellation }] of active)
        if (slots.hasLent(job)) cancellation.request(new ShutdownError());
      if (await endsWithin(drainMs, allEnded())) return;
      const jobs = [...active.keys()].map(({ id }) => id);
      log.warn({ jobs }, 'jobs are still running after the drain; telling them to end');
      for (const { cancellation } of active.values()) cancellation.request(new ShutdownError());
      await endsWithin(ABORT_GRACE_MS, allEnded());
    },
    abandon: () => abandoned.abort(),
  };
}
