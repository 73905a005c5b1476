import type { Sql } from '@orq/db';
import { ShutdownError } from './errors.ts';
import { execute, type Execution } from './executor.ts';
import type { Handler } from './handler.ts';
import type { Tenure } from './lease.ts';
import type { Logger } from './logger.ts';
import type { ClaimedJob } from './sql/claim.ts';
import { endsWithin } from './within.ts';

export interface RunsDeps {
  sql: Sql;
  handlers: ReadonlyMap<string, Handler>;
  log: Logger;
  leaveToOthers(jobType: string): void;
  /** Called when a job has ended here, however it did. */
  onEnd(job: ClaimedJob, execution: Execution): void;
}

/** The jobs that this worker runs at the moment. */
export interface Runs {
  count(): number;
  launch(job: ClaimedJob, tenure: Tenure): Promise<Execution>;
  /** Waits `drainMs` for them to end, then tells them to end and waits a little longer. */
  drain(drainMs: number): Promise<void>;
  /** Nothing more is written for those that have not ended. */
  abandon(): void;
}

/** How long a handler may take to end once its signal is aborted. In ms. */
const ABORT_GRACE_MS = 2_000;

interface Run {
  tenure: Tenure;
  abort: AbortController;
  done: Promise<Execution>;
}

export function createRuns({ sql, handlers, log, leaveToOthers, onEnd }: RunsDeps): Runs {
  const running = new Map<ClaimedJob, Run>();
  const abandoned = new AbortController();
  let watched: Tenure | undefined;

  async function run(job: ClaimedJob, workerId: string, signal: AbortSignal): Promise<Execution> {
    try {
      const deps = { sql, workerId, handlers, log, signal, abandoned: abandoned.signal, leaveToOthers };
      const execution = await execute(job, deps);
      onEnd(job, execution);
      return execution;
    } finally {
      running.delete(job);
    }
  }

  /** One listener a tenure, however many jobs it runs. */
  function watch(tenure: Tenure) {
    if (tenure === watched) return;
    watched = tenure;
    const { lost } = tenure;
    const endItsJobs = () => {
      for (const one of running.values()) if (one.tenure === tenure) one.abort.abort(lost.reason);
    };
    lost.addEventListener('abort', endItsJobs, { once: true });
  }

  const allEnded = () => Promise.all([...running.values()].map(({ done }) => done));

  return {
    count: () => running.size,
    launch(job, tenure) {
      watch(tenure);
      const abort = new AbortController();
      if (tenure.lost.aborted) abort.abort(tenure.lost.reason);
      const done = run(job, tenure.workerId, abort.signal);
      running.set(job, { tenure, abort, done });
      return done;
    },
    async drain(drainMs) {
      if (await endsWithin(drainMs, allEnded())) return;
      const jobs = [...running.keys()].map(({ id }) => id);
      log.warn({ jobs }, 'jobs are still running after the drain; telling them to end');
      for (const { abort } of running.values()) abort.abort(new ShutdownError());
      await endsWithin(ABORT_GRACE_MS, allEnded());
    },
    abandon: () => abandoned.abort(),
  };
}
