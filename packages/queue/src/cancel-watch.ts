import type { Sql } from '@orq/db';
import { cancelRequests } from './sql/cancel.ts';
import { within } from './within.ts';

/** How often running jobs are looked at, and how long one has run when it is first. In ms. */
const LOOK_EVERY_MS = 400;
/** In ms; an answer that takes longer is dropped, and the next look makes up for it. */
const LOOK_BOUND_MS = 5_000;

/** Finds out which running jobs were cancelled where no notification came: it was lost, or there are none. */
export interface CancelWatch {
  start(): void;
  stop(): void;
}

export interface CancelWatchDeps {
  sql: Sql;
  /** The ids of the jobs that have run for at least `ms`. */
  runningFor(ms: number): string[];
  onCancel(jobId: string): void;
}

export function createCancelWatch({ sql, runningFor, onCancel }: CancelWatchDeps): CancelWatch {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  async function look() {
    const ids = runningFor(LOOK_EVERY_MS);
    // That the database is gone is for others to tell.
    const cancelled =
      ids.length === 0 ? [] : await within(LOOK_BOUND_MS, cancelRequests(sql, ids)).catch(() => []);
    cancelled.forEach(onCancel);
    schedule();
  }

  function schedule() {
    if (!stopped) timer = setTimeout(() => void look(), LOOK_EVERY_MS);
  }

  return {
    start: schedule,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
