import type { Sql } from '@orq/db';
import type { ClaimLedger } from './claim-ledger.ts';
import type { KeyWaker } from './key-waker.ts';
import type { Logger } from './logger.ts';
import { keysWithFreedSlots } from './sql/concurrency-keys.ts';
import { releaseClaims } from './sql/release.ts';
import { rescueJobs } from './sql/rescue.ts';
import { liveJobTypes, strayClaims } from './sql/workers.ts';
import type { TallyKeeper } from './tally-keeper.ts';

export interface HousekeepingDeps {
  sql: Sql;
  ledger: ClaimLedger;
  /** The queues that this worker works. */
  queues: readonly string[];
  /** Job types that this worker leaves for others; those that no one knows any more are taken out. */
  leftToOthers: Set<string>;
  keys: KeyWaker;
  tallies: TallyKeeper;
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

/** The next look for freed slots is due at so many times the length of the last. */
const KEYS_REST = 20;

export function createHousekeeping({
  sql,
  ledger,
  queues,
  leftToOthers,
  keys,
  tallies,
  everyMs,
  log,
}: HousekeepingDeps): Housekeeping {
  let dueAt = -Infinity;
  let keysDueAt = -Infinity;

  async function handBackStrays(workerId: string) {
    const unknown = await strayClaims(sql, workerId, ledger.held());
    // What this process has claimed since it asked is no stray.
    const held = new Set(ledger.held());
    const stray = unknown.filter((claimId) => !held.has(claimId));
    if (stray.length === 0) return;
    const jobs = await releaseClaims(sql, stray);
    log.warn({ claims: stray.length, jobs }, 'handed back claims whose answer had been lost');
  }

  /** Rationed by what it costs, as it reads all slots that are in use. */
  async function wakeMissedKeys() {
    const begunAt = performance.now();
    if (begunAt < keysDueAt) return;
    (await keysWithFreedSlots(sql)).forEach(keys.freed);
    const now = performance.now();
    keysDueAt = now + Math.max(everyMs / 2, KEYS_REST * (now - begunAt));
  }

  async function forgetTypesNoOneKnows() {
    if (leftToOthers.size === 0) return;
    const known = await liveJobTypes(sql, queues);
    for (const type of leftToOthers) if (!known.has(type)) leftToOthers.delete(type);
  }

  return {
    async keep(workerId) {
      if (performance.now() < dueAt) return;
      for (const job of await rescueJobs(sql, workerId)) {
        log.warn(job, 'took a job back from a worker that was lost');
        if (job.state === 'failed') tallies.count(job.queue, job.state);
      }
      await handBackStrays(workerId);
      await wakeMissedKeys();
      await forgetTypesNoOneKnows();
      await tallies.tell(workerId);
      dueAt = performance.now() + everyMs;
    },
    hasten: () => void (dueAt = -Infinity),
  };
}
