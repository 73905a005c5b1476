import type { Query } from '../transaction.ts';

export interface Retried {
  /** `retried`: it runs again. `completed`, or `unfinished`: it does not, as that is how it stands. */
  outcome: 'retried' | 'completed' | 'unfinished';
  queue: string;
}

const RETRY = 'SELECT answer, queue FROM orq.retry_job($1::text::uuid, $2::text::timestamptz)';

/**
 * Has a job run again that has failed, or was cancelled. The statement is the function `orq.retry_job`
 * (packages/db/migrations).
 *
 * @param endedBefore ISO 8601; one that has ended since then is passed over, as `unfinished`. Null: however late
 * @returns null where there is no such job
 */
export async function retryJob(
  query: Query,
  id: string,
  endedBefore: string | null,
): Promise<Retried | null> {
  const [row] = await query<{ answer: string; queue: string }>(RETRY, [id, endedBefore]);
  if (!row) return null;
  const { answer, queue } = row;
  return { queue, outcome: answer === 'retried' || answer === 'completed' ? answer : 'unfinished' };
}
