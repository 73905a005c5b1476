import type { Sql } from '@orq/db';
import { type Batcher, createBatcher } from './batcher.ts';
import { type Completion, completeJobs } from './sql/complete.ts';
import { within } from './within.ts';

/** Settles completed jobs together where they end together. Resolves to false for a job that was no longer ours. */
export type Completer = Batcher<Completion, boolean>;

/** How long a statement that settles jobs may take before the database counts as gone. In ms. */
export const SETTLE_BOUND_MS = 30_000;
/** How many are settled in one statement at most: enough to fill a round trip, few enough to keep it short. */
const JOBS_AT_ONCE = 500;

const byId = (a: Completion, b: Completion) => (a.job.id < b.job.id ? -1 : 1);

export const createCompleter = (sql: Sql, workerId: string): Completer =>
  createBatcher({
    maxItems: JOBS_AT_ONCE,
    maxInFlight: 2,
    async run(completions) {
      // In one order everywhere, so that two statements over the same jobs do not wait for each other.
      const settled = await within(SETTLE_BOUND_MS, completeJobs(sql, workerId, [...completions].sort(byId)));
      return completions.map(({ job }) => settled.has(job.id));
    },
  });
