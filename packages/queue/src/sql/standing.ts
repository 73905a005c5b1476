import type { Sql } from '@orq/db';
import { arrayLiteral } from './array-literal.ts';

/** How a job stands, for who follows it. */
export interface JobStanding {
  id: string;
  /** How it ended; null while it has not. */
  outcome: 'completed' | 'failed' | 'cancelled' | null;
  /** How far its running attempt has come, 0 to 1; null where that is not known. */
  progress: number | null;
  /** What its handler returned, as JSON; null unless it has completed. */
  result: unknown;
  /** The last failure in words; null where there was none. */
  error: string | null;
  /** Whether it was to be cancelled while it ran. */
  cancelRequested: boolean;
}

interface Row extends Omit<JobStanding, 'result'> {
  result: string | null;
}

/** Reads how jobs stand, by their ids, in no set order; those that are not there are left out. */
export async function readStandings(sql: Sql, ids: readonly string[]): Promise<JobStanding[]> {
  const rows = await sql<Row[]>`
    SELECT id, CASE WHEN state NOT IN ('open', 'blocked') THEN state END AS outcome,
      CASE WHEN state = 'completed' THEN 1 ELSE progress END AS progress, result::text AS result, error,
      cancel_requested_at IS NOT NULL AS "cancelRequested"
    FROM orq.jobs WHERE id = ANY (${arrayLiteral(ids)}::uuid[])`;
  return rows.map(({ result, ...job }) =>
    Object.assign(job, { result: result === null ? null : JSON.parse(result) }),
  );
}
