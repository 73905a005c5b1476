import type { Sql } from '@orq/db';
import { v7 as uuidv7 } from 'uuid';
import type { ClaimLedger } from './claim-ledger.ts';
import { claimJobs, type ClaimedJob } from './sql/claim.ts';
import { releaseClaims } from './sql/release.ts';
import { within } from './within.ts';

export interface ClaimerDeps {
  sql: Sql;
  queues: readonly string[];
  ledger: ClaimLedger;
  /** Job types that other live workers know and this one does not. */
  leftToOthers: ReadonlySet<string>;
  /** Aborted when the worker stops: what a claim still gives then is handed back at once. */
  stopped: AbortSignal;
  /** How long a claim may take before its answer counts as lost. In ms. */
  boundMs: number;
  /** Called when it is not known what became of a claim. */
  onLostAnswer(): void;
}

/**
 * Takes jobs from queues, each call beginning with the next queue. Gives them queue by queue: what one has given runs,
 * even when the next cannot be asked any more.
 */
export type Claimer = (workerId: string, limit: number) => AsyncGenerator<ClaimedJob[], void, undefined>;

export function createClaimer(deps: ClaimerDeps): Claimer {
  const { sql, queues, ledger, leftToOthers, stopped, boundMs, onLostAnswer } = deps;
  let first = 0;

  async function claimFrom(queue: string, workerId: string, limit: number): Promise<ClaimedJob[]> {
    const claimId = uuidv7();
    const finished = ledger.takeFinished();
    ledger.begin(claimId);
    try {
      const request = { claimId, workerId, queue, limit, except: [...leftToOthers], finished };
      const jobs = await within(boundMs, claimJobs(sql, request));
      if (stopped.aborted && jobs.length > 0) {
        await within(boundMs, releaseClaims(sql, [claimId]));
        jobs.length = 0;
      }
      ledger.granted(claimId, jobs.length);
      return jobs;
    } catch (error) {
      ledger.forget(claimId);
      ledger.keepFinished(finished);
      onLostAnswer();
      throw error;
    }
  }

  return async function* claim(workerId, limit) {
    first = (first + 1) % queues.length;
    let left = limit;
    for (const queue of [...queues.slice(first), ...queues.slice(0, first)]) {
      if (left === 0) return;
      const jobs = await claimFrom(queue, workerId, left);
      left -= jobs.length;
      yield jobs;
    }
  };
}
