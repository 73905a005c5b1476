import type { Sql } from '@orq/db';
import type { Settled } from './settle.ts';
import { addTallies, type Tally } from './sql/tallies.ts';

/** Counts what a worker settles, so that nobody has to read jobs to know how many there were. */
export interface TallyKeeper {
  count(queue: string, status: Settled['status']): void;
  /** Tells the database. What a fault keeps from it is not told later: these are rates, and no ledger. */
  tell(workerId: string): Promise<void>;
}

export function createTallyKeeper(sql: Sql): TallyKeeper {
  let tallies = new Map<string, Tally>();

  return {
    count(queue, status) {
      if (status !== 'completed' && status !== 'failed') return;
      let tally = tallies.get(queue);
      if (!tally) tallies.set(queue, (tally = { queue, completed: 0, failed: 0 }));
      tally[status] += 1;
    },

    async tell(workerId) {
      if (tallies.size === 0) return;
      const told = [...tallies.values()];
      tallies = new Map();
      await addTallies(sql, workerId, told);
    },
  };
}
