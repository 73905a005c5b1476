import type { Sql } from '@orq/db';
import type { ClaimLedger } from './claim-ledger.ts';
import type { Logger } from './logger.ts';
import { releaseClaims } from './sql/release.ts';
import { rescueJobs } from './sql/rescue.ts';
import { liveJobTypes, strayClaims } from './sql/workers.ts';

export interface HousekeepingDeps {
  sql: Sql;
  workerId: string;
  ledger: ClaimLedger;
  /** Job types that this worker leaves for others; those that no one knows any more are taken out. */
  leftToOthers: Set<string>;
  log: Logger;
}

/** What every worker does once a poll interval, for all of them. Each part is cheap where there is nothing to do. */
export async function keepHouse({
  sql,
  workerId,
  ledger,
  leftToOthers,
  log,
}: HousekeepingDeps): Promise<void> {
  for (const job of await rescueJobs(sql)) log.warn(job, 'took a job back from a worker that was lost');

  const stray = await strayClaims(sql, workerId, ledger.held());
  if (stray.length > 0) {
    const jobs = await releaseClaims(sql, stray);
    log.warn({ claims: stray.length, jobs }, 'handed back claims whose answer had been lost');
  }

  if (leftToOthers.size > 0) {
    const known = await liveJobTypes(sql);
    for (const type of leftToOthers) if (!known.has(type)) leftToOthers.delete(type);
  }
}
