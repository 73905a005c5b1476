import type { Sql } from '@orq/db';
import type { Query } from './transaction.ts';
import { endsWithin } from './within.ts';

/** The NOTIFY channel on which queues with new work are named. */
export const DOORBELL_CHANNEL = 'orq_jobs';

const SETTLED_BOUND_MS = 5_000;

/** Rings inside a caller's transaction: heard at its commit, or never. */
export async function ringInside(query: Query, queue: string): Promise<void> {
  await query(`SELECT pg_notify('${DOORBELL_CHANNEL}', $1::text)`, [queue]);
}

export interface Doorbell {
  /** Tells the workers of a queue that there is work. Rings of one queue that come together go out as one. */
  ring(queue: string): void;
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

  async function send(queue: string): Promise<void> {
    do {
      again.delete(queue);
      await sql`SELECT pg_notify(${DOORBELL_CHANNEL}, ${queue})`.catch(() => undefined);
    } while (again.has(queue));
    inFlight.delete(queue);
  }

  return {
    ring(queue) {
      if (inFlight.has(queue)) again.add(queue);
      else inFlight.set(queue, send(queue));
    },
    async settled() {
      await endsWithin(SETTLED_BOUND_MS, Promise.all(inFlight.values()));
    },
  };
}
