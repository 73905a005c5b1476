import type { Sql } from '@orq/db';
import type { Cancellation } from './cancellation.ts';
import type { Effect, JobContext, JobInfo, RunContext } from './handler.ts';
import type { JobLogWriter } from './job-log-writer.ts';
import { JobLog } from './job-log.ts';
import type { Logger } from './logger.ts';
import { createProgressReporter, type ProgressReporter } from './progress-reporter.ts';
import type { ClaimedJob } from './sql/claim.ts';

/** What all runs of a worker share. */
export interface RunDeps {
  sql: Sql;
  log: Logger;
  jobLogs: JobLogWriter;
  /** Lends a run's slot while `wait` is under way. */
  lendSlot<T>(job: ClaimedJob, cancellation: Cancellation, wait: () => Promise<T>): Promise<T>;
}

/**
 * What one run of a handler is given. Its parts are made when they are first asked for: most handlers of small jobs ask
 * for the input alone, and at a hundred thousand jobs a second the rest would be most of the cost.
 */
export class HandlerRun implements RunContext {
  readonly job: JobInfo;
  readonly #claimed: ClaimedJob;
  readonly #sql: Sql;
  readonly #cancellation: Cancellation;
  readonly #baseLog: Logger;
  readonly #jobLogs: JobLogWriter;
  readonly #lendSlot: RunDeps['lendSlot'];
  #jobLog: JobLog | undefined;
  #reporter: ProgressReporter | undefined;
  #effects: Effect[] = [];
  #ended = false;

  constructor(claimed: ClaimedJob, cancellation: Cancellation, { sql, log, jobLogs, lendSlot }: RunDeps) {
    this.job = {
      id: claimed.id,
      type: claimed.type,
      queue: claimed.queue,
      priority: claimed.priority,
      dueMs: claimed.due / 1000,
      attempt: claimed.attempt,
      maxAttempts: claimed.maxAttempts,
    };
    this.#claimed = claimed;
    this.#sql = sql;
    this.#cancellation = cancellation;
    this.#baseLog = log;
    this.#jobLogs = jobLogs;
    this.#lendSlot = lendSlot;
  }

  get signal(): AbortSignal {
    return this.#cancellation.signal;
  }

  get log(): Logger {
    this.#jobLog ??= this.#openLog();
    return this.#jobLog.log;
  }

  #openLog(): JobLog {
    const jobLog = new JobLog(this.#claimed, this.#jobLogs, this.#baseLog);
    if (this.#ended) jobLog.end();
    return jobLog;
  }

  /** Settles when all that was logged is kept with the job, or given up; undefined where nothing waits for that. */
  get unwrittenLog(): Promise<void> | undefined {
    return this.#jobLog?.unwritten;
  }

  get progress(): JobContext<unknown>['progress'] {
    return (fraction) => {
      if (this.#ended) return;
      this.#reporter ??= createProgressReporter(this.#sql, this.#claimed);
      this.#reporter.report(fraction);
    };
  }

  /** What a handler adds once it has ended cannot count any more: whether it did would be a matter of luck. */
  get commit(): JobContext<unknown>['commit'] {
    return (effect) => {
      if (this.#ended) {
        this.log.error({}, 'commit() was called after the handler had ended: its effect is not written');
      } else this.#effects.push(effect);
    };
  }

  get lendSlot(): JobContext<unknown>['lendSlot'] {
    return async (wait) => (this.#ended ? wait() : this.#lendSlot(this.#claimed, this.#cancellation, wait));
  }

  /** The handler has ended: nothing that it still does counts. @returns the effects that it added */
  end(): readonly Effect[] {
    this.#ended = true;
    this.#reporter?.close();
    this.#jobLog?.end();
    return this.#effects;
  }
}
