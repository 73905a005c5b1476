import type { Sql } from '@orq/db';
import type { ClaimedJob } from './sql/claim.ts';
import { reportProgress } from './sql/progress.ts';

/** Progress is written at most this often, in ms. */
const WRITE_EVERY_MS = 500;

export interface ProgressReporter {
  report(fraction: number): void;
  /** Nothing more is written. What is under way is fenced, so no one needs to wait for it. */
  close(): void;
}

/** Writes the newest fraction, never two at a time, and lets a failed write go: the next one makes up for it. */
export function createProgressReporter(sql: Sql, job: ClaimedJob): ProgressReporter {
  let newest: number | null = null;
  let written = -1;
  let lastWriteAt = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let writing = false;
  let closed = false;

  function schedule() {
    if (closed || timer || writing || newest === null || newest === written) return;
    timer = setTimeout(write, Math.max(0, lastWriteAt + WRITE_EVERY_MS - performance.now()));
  }

  function write() {
    timer = undefined;
    if (newest === null) return;
    written = newest;
    lastWriteAt = performance.now();
    writing = true;
    void reportProgress(sql, job, newest)
      .catch(() => undefined)
      .finally(() => {
        writing = false;
        schedule();
      });
  }

  return {
    report(fraction) {
      if (!Number.isFinite(fraction)) return;
      newest = Math.min(1, Math.max(0, fraction));
      schedule();
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
