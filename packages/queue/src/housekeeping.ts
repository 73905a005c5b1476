import type { Sql } from '@orq/db';
import type { ClaimLedger } from './claim-ledger.ts';
import type { Logger } from './logger.ts';
import { releaseClaims } from './sql/release.ts';
import { rescueJobs } from './sql/rescue.ts';
import { liveJobTypes, strayClaims } from './sql/workers.ts';

export interface HousekeepingDeps {
  sql: Sql;
  ledger: ClaimLedger;
  /** Job types that this worker leaves for others; those that no one knows any more are taken out. */
  leftToOthers: Set<string>;
  everyMs: number;
  log: Logger;
}

/** What every worker does once in a while, for all of them. Each part is cheap where there is nothing to do. */
export interface Housekeeping {
  /** Does it when it is due. */
  keep(workerId: string): Promise<void>;
  /** It is due at the next call: a claim's answer was lost. */
  hasten(): void;
}

export function createHousekeeping({
  sql,
  ledger,
  leftToOthers,
  everyMs,
  log,
}: HousekeepingDeps): Housekeeping {
  let dueAt = -Infinity;

  async function handBackStrays(workerId: string) {
    const unknown = await strayClaims(sql, workerId, ledger.held());
    // What this process has claimed since it asked is no stray.
    const held = new Set(ledger.held());
    const stray = unknown.filter((claimId) => !held.has(claimId));
    if (stray.length === 0) return;
    const jobs = await releaseClaims(sql, stray);
    log.warn({ claims: stray.length, jobs }, 'handed back claims whose answer had been lost');
  }

  async function forgetTypesNoOneKnows() {
    if (leftToOthers.size === 0) return;
    const known = await liveJobTypes(sql);
    for (const type of leftToOthers) if (!known.has(type)) leftToOthers.delete(type);
  }

  return {
    async keep(workerId) {
      if (performance.now() < dueAt) return;
      for (const job of await rescueJobs(sql, workerId)) {
        log.warn(job, 'took a job back from a worker that was lost');
      }
      await handBackStrays(workerId);
      await forgetTypesNoOneKnows();
      dueAt = performance.now() + everyMs;
    },
    hasten: () => void (dueAt = -Infinity),
  };
}
