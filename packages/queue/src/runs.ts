import type { Sql } from '@orq/db';
import { Cancellation } from './cancellation.ts';
import { createCompleter } from './completer.ts';
import { LeaseLostError, ShutdownError } from './errors.ts';
import { execute, type Execution, type ExecutorDeps } from './executor.ts';
import type { Handler } from './handler.ts';
import type { Tenure } from './lease.ts';
import type { Logger } from './logger.ts';
import type { ClaimedJob } from './sql/claim.ts';
import { WaitingLine } from './waiting-line.ts';
import { endsWithin } from './within.ts';

export interface RunsDeps {
  sql: Sql;
  handlers: ReadonlyMap<string, Handler>;
  /** Handlers that run at once. */
  concurrency: number;
  log: Logger;
  leaveToOthers(jobType: string): void;
  /** Called when a handler has ended, before its outcome is written. */
  onPerformed(): void;
  /** Called when a job has ended here, however it did. */
  onEnd(job: ClaimedJob, execution: Execution): void;
}

/** The jobs that this worker holds: those that run, those that wait for a slot, and those whose outcome is being written. */
export interface Runs {
  /** How many more jobs there is room for, when `ahead` of them may wait for a slot. */
  room(ahead: number): number;
  /** Jobs that wait for a slot. */
  waiting(): number;
  /** Runs each as soon as there is a slot for it. */
  add(jobs: readonly ClaimedJob[], tenure: Tenure): void;
  /** Runs it now, whether or not there is a slot. */
  launch(job: ClaimedJob, tenure: Tenure): Promise<Execution>;
  /** Takes those out that have waited for a slot for longer than `ms`: another worker may have one. */
  takeWaiting(ms: number): ClaimedJob[];
  /** Waits `drainMs` for those that run to end, then tells them to end and waits a little longer. */
  drain(drainMs: number): Promise<void>;
  /** Nothing more is written for those that have not ended. */
  abandon(): void;
}

interface Active {
  tenure: Tenure;
  cancellation: Cancellation;
  done: Promise<Execution>;
}

interface Waiting {
  job: ClaimedJob;
  tenure: Tenure;
  since: number;
}

/** How long a handler may take to end once its signal is aborted. In ms. */
const ABORT_GRACE_MS = 2_000;
/** No more jobs are begun while so many outcomes wait to be written: the database is slow, or gone. */
const MOST_UNWRITTEN = 2_000;

export function createRuns(deps: RunsDeps): Runs {
  const { sql, handlers, concurrency, log, leaveToOthers, onPerformed, onEnd } = deps;
  const active = new Map<ClaimedJob, Active>();
  const means = new WeakMap<Tenure, ExecutorDeps>();
  const abandoned = new AbortController();
  const line = new WaitingLine<Waiting>();
  let performing = 0;

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
      abandoned: abandoned.signal,
      leaveToOthers,
      onPerformed() {
        performing -= 1;
        fillSlots();
        onPerformed();
      },
    };
    means.set(tenure, made);
    lost.addEventListener('abort', () => drop(tenure), { once: true });
    return made;
  }

  function drop(tenure: Tenure) {
    for (const { job } of line.take((waiting) => waiting.tenure === tenure))
      onEnd(job, { status: 'lost', result: null, error: null, durationMs: 0 });
    for (const { cancellation, tenure: its } of active.values()) {
      if (its === tenure) cancellation.request(new LeaseLostError());
    }
  }

  async function run(job: ClaimedJob, tenure: Tenure, cancellation: Cancellation): Promise<Execution> {
    if (tenure.lost.aborted) cancellation.request(new LeaseLostError());
    performing += 1;
    const execution = await execute(job, cancellation, meansOf(tenure));
    active.delete(job);
    onEnd(job, execution);
    return execution;
  }

  function launch(job: ClaimedJob, tenure: Tenure): Promise<Execution> {
    const cancellation = new Cancellation();
    const done = run(job, tenure, cancellation);
    active.set(job, { tenure, cancellation, done });
    return done;
  }

  function fillSlots() {
    while (performing < concurrency) {
      const waiting = line.shift();
      if (!waiting) return;
      void launch(waiting.job, waiting.tenure);
    }
  }

  const allEnded = () => Promise.all([...active.values()].map(({ done }) => done));

  return {
    room(ahead) {
      const unwritten = active.size - performing;
      return unwritten > MOST_UNWRITTEN ? 0 : Math.max(0, concurrency + ahead - performing - line.length);
    },
    waiting: () => line.length,
    add(jobs, tenure) {
      const since = performance.now();
      for (const job of jobs) line.push({ job, tenure, since });
      fillSlots();
    },
    launch,
    takeWaiting(ms) {
      const before = performance.now() - ms;
      return line.take(({ since }) => since <= before).map(({ job }) => job);
    },
    async drain(drainMs) {
      if (await endsWithin(drainMs, allEnded())) return;
      const jobs = [...active.keys()].map(({ id }) => id);
      log.warn({ jobs }, 'jobs are still running after the drain; telling them to end');
      for (const { cancellation } of active.values()) cancellation.request(new ShutdownError());
      await endsWithin(ABORT_GRACE_MS, allEnded());
    },
    abandon: () => abandoned.abort(),
  };
}
