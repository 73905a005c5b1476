import type { JobFilter, JobStatus } from '@orq/contracts';
import type { Sql, TransactionSql } from '@orq/db';
import type { IdRange } from './job-filter.ts';

/** Jobs that one page looks at, at most. */
export const JOBS_A_SCAN = 10_000;

/** Where all jobs are to be found that a filter can mean: in the smallest of the tables that have them all. */
export type JobSource = 'jobs' | 'attempts' | 'standing';

/** What has failed once has a row in `job_attempts`, and so have all that have an error. */
const FAILED: readonly JobStatus[] = ['failed', 'retry'];
/** What is open stands in `ready`, `parked` or `claims`. */
const OPEN: readonly JobStatus[] = ['pending', 'processing', 'retry'];

const within = (statuses: readonly JobStatus[] | undefined, all: readonly JobStatus[]) =>
  statuses?.every((status) => all.includes(status)) ?? false;

/** All that is open, as far as the filter asks: a claim tells its jobs from before they are settled until some time after. */
function standing(sql: Sql, status: readonly JobStatus[] = OPEN) {
  const running = sql`SELECT unnest(job_ids) AS id FROM orq.claims`;
  const waiting = sql`SELECT job_id AS id FROM orq.ready UNION ALL SELECT job_id FROM orq.parked`;
  if (!status.includes('processing')) return waiting;
  return status.length === 1 ? running : sql`${running} UNION ALL ${waiting}`;
}

export async function sourceFor(sql: Sql, tx: TransactionSql, filter: JobFilter): Promise<JobSource> {
  if (filter.error !== undefined || within(filter.status, FAILED)) return 'attempts';
  if (!within(filter.status, OPEN)) return 'jobs';
  const { count } = await tx`SELECT FROM (${standing(sql, filter.status)}) AS open LIMIT ${JOBS_A_SCAN + 1}`;
  return count > JOBS_A_SCAN ? 'jobs' : 'standing';
}

/** Ids of a source in a range, the newest first. One that has failed often comes as often. */
export function idsIn(sql: Sql, source: JobSource, filter: JobFilter, { from, before }: IdRange) {
  const inRange = (id: string) =>
    sql`${sql(id)} < ${before}::text::uuid AND ${sql(id)} >= ${from}::text::uuid`;
  switch (source) {
    case 'jobs':
      return sql`SELECT id, NULL::smallint AS attempt FROM orq.jobs WHERE ${inRange('id')} ORDER BY id DESC`;
    case 'attempts':
      return sql`
        SELECT job_id AS id, attempt FROM orq.job_attempts WHERE ${inRange('job_id')}
        ORDER BY job_id DESC, attempt DESC`;
    case 'standing':
      return sql`
        SELECT DISTINCT id, NULL::smallint AS attempt FROM (${standing(sql, filter.status)}) AS open WHERE ${inRange('id')}
        ORDER BY id DESC`;
  }
}
