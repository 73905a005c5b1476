import type { Sql } from '@orq/db';
import type { Query } from './transaction.ts';
import { endsWithin } from './within.ts';

/** The NOTIFY channel on which queues with new work are named. */
export const DOORBELL_CHANNEL = 'orq_jobs';

const SETTLED_BOUND_MS = 5_000;
/** A ring may go with the commit of its job once this process has not rung for so long. In ms. */
const QUIET_MS = 5;

/** Rings inside a caller's transaction: heard at its commit, or never. */
export async function ringInside(query: Query, queue: string): Promise<void> {
  await query(`SELECT pg_notify('${DOORBELL_CHANNEL}', $1::text)`, [queue]);
}

export interface Doorbell {
  /** Tells the workers of a queue that there is work. Rings of one queue that come together go out as one. */
  ring(queue: string): void;
  /**
   * Does what rings by itself, as part of a commit: true is given to it where that is allowed. A lone job is heard of a
   * round trip earlier so; but the commit holds the lock until it is on disk, so only when this process was quiet before.
   */
  ringWith<T>(commit: (rings: boolean) => Promise<T>): Promise<T>;
  /** Waits for the rings under way, at most 5 s. */
  settled(): Promise<void>;
}

/**
 * NOTIFY takes a lock on the whole database at commit, so a process keeps at most one ring a queue in flight.
 * A ring that is lost costs no job: workers also poll.
 */
export function createDoorbell(sql: Sql): Doorbell {
  const inFlight = new Map<string, Promise<void>>();
  const again = new Set<string>();
  let quietFrom = -Infinity;

  async function send(queue: string): Promise<void> {
    do {
      again.delete(queue);
      await sql`SELECT pg_notify(${DOORBELL_CHANNEL}, ${queue})`.catch(() => undefined);
    } while (again.has(queue));
    inFlight.delete(queue);
    quietFrom = performance.now() + QUIET_MS;
  }

  return {
    ring(queue) {
      if (inFlight.has(queue)) again.add(queue);
      else inFlight.set(queue, send(queue));
    },
    async ringWith(commit) {
      if (inFlight.size > 0 || performance.now() < quietFrom) return commit(false);
      quietFrom = Infinity;
      return commit(true).finally(() => (quietFrom = performance.now() + QUIET_MS));
    },
    async settled() {
      await endsWithin(SETTLED_BOUND_MS, Promise.all(inFlight.values()));
    },
  };
}
