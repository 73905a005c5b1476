import type { Sql } from '@orq/db';
import { type Batcher, createBatcher } from './batcher.ts';
import type { Logger } from './logger.ts';
import { type Completion, completeJobs, isCompleted } from './sql/complete.ts';
import { untilDatabaseAnswers } from './until-database-answers.ts';
import { within } from './within.ts';

/** Settles completed jobs together where they end together. Resolves to false for a job that was no longer ours. */
export type Completer = Batcher<Completion, boolean>;

export interface CompleterDeps {
  sql: Sql;
  workerId: string;
  log: Logger;
  /** Aborted when the worker has stopped: what is not written by then is left to the lease. */
  abandoned: AbortSignal;
}

/** How long a statement that settles jobs may take before the database counts as gone. In ms. */
export const SETTLE_BOUND_MS = 30_000;
/** How many are settled in one statement at most: enough to fill a round trip, few enough to keep it short. */
const JOBS_AT_ONCE = 500;

export function createCompleter({ sql, workerId, log, abandoned }: CompleterDeps): Completer {
  async function write(completions: readonly Completion[]): Promise<readonly boolean[]> {
    let tries = 0;
    const lost = await untilDatabaseAnswers(
      () => {
        tries += 1;
        return within(SETTLE_BOUND_MS, completeJobs(sql, workerId, completions));
      },
      log,
      abandoned,
    );
    // The answer to an earlier try may have been lost, and not the try itself.
    if (tries > 1)
      for (const { job } of completions)
        if (lost.has(job) && (await isCompleted(sql, workerId, job))) lost.delete(job);
    return completions.map(({ job }) => !lost.has(job));
  }

  return createBatcher({ maxItems: JOBS_AT_ONCE, maxInFlight: 2, run: write });
}
