import type { Sql } from '@orq/db';
import { arrayLiteral } from './array-literal.ts';

/** The NOTIFY channel on which workers are told what concerns jobs that they hold. */
export const CONTROL_CHANNEL = 'orq_control';

/**
 * Cancels a job that waits; asks for the end of one that runs. The statement is the function `orq.cancel_job`
 * (packages/db/migrations).
 *
 * @returns `cancelled`: it is. `requested`: it runs, and its worker is told. Otherwise the final state that it had already;
 * null where there is no such job
 */
export async function cancelJob(
  sql: Sql,
  id: string,
): Promise<'cancelled' | 'requested' | 'completed' | 'failed' | null> {
  const [row] = await sql<{ answer: 'cancelled' | 'requested' | 'completed' | 'failed' | null }[]>`
    SELECT orq.cancel_job(${id}) AS answer`;
  return row?.answer ?? null;
}

/** Which of these jobs are to be cancelled. */
export async function cancelRequests(sql: Sql, ids: readonly string[]): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    SELECT id FROM orq.jobs WHERE id = ANY (${arrayLiteral(ids)}::uuid[]) AND cancel_requested_at IS NOT NULL`;
  return rows.map(({ id }) => id);
}
