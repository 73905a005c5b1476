import { isFinal, type JobFilter, type JobStatus } from '@orq/contracts';
import type { Sql } from '@orq/db';
import { arrayLiteral } from './array-literal.ts';

/** How far the clock of an enqueuer, which is in the ids it makes, may be from the database's. In ms. */
const CLOCK_SKEW_MS = 3_600_000;

/** Ids between which a page lies: `from` among them, `before` not. */
export interface IdRange {
  from: string;
  before: string;
}

const timeOf = (ms: number) => {
  const hex = Math.max(0, ms).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
};

/** Where jobs stand by their ids, which are UUIDv7, that were created in the filter's range of time. */
export function idsCreatedIn({ created_after: after, created_before: before }: JobFilter): IdRange {
  return {
    from: `${timeOf(after === undefined ? 0 : Date.parse(after) - CLOCK_SKEW_MS)}-0000-0000-000000000000`,
    before:
      before === undefined
        ? 'ffffffff-ffff-ffff-ffff-ffffffffffff'
        : `${timeOf(Date.parse(before) + CLOCK_SKEW_MS)}-ffff-ffff-ffffffffffff`,
  };
}

const OPEN: readonly JobStatus[] = ['pending', 'processing', 'retry'];

/** As `orq.job_status` has it, without its look through all claims for each job that runs. */
function hasStatus(sql: Sql, statuses: readonly JobStatus[]) {
  const open = OPEN.filter((status) => statuses.includes(status));
  const settled = statuses.filter((status) => isFinal(status) || status === 'blocked');
  const isSettled = sql`j.state::text = ANY (${arrayLiteral(settled)}::text[])`;
  if (open.length === 0) return isSettled;
  if (open.length === OPEN.length) return sql`(j.state = 'open' OR ${isSettled})`;
  return sql`(${isSettled} OR j.state = 'open' AND CASE
      WHEN NOT EXISTS (
          SELECT FROM orq.ready r
          WHERE r.queue = j.queue AND r.priority = j.priority AND r.run_at = j.run_at AND r.job_id = j.id)
        AND NOT EXISTS (
          SELECT FROM orq.parked p
          WHERE p.concurrency_key = j.concurrency_key AND p.priority = j.priority AND p.run_at = j.run_at
            AND p.job_id = j.id)
        THEN 'processing'
      WHEN j.attempt = 0 THEN 'pending'
      ELSE 'retry'
    END = ANY (${arrayLiteral(open)}::text[]))`;
}

/** Which jobs: those of these queues that the filter means. */
export interface JobChoice extends JobFilter {
  /** Undefined: of all. */
  queues?: readonly string[] | undefined;
}

/** Whether `column` is one of these queues; true where there is no such limit. */
export const isAmong = (sql: Sql, column: string, queues: readonly string[] | undefined) =>
  queues === undefined ? sql`true` : sql`${sql(column)} = ANY (${arrayLiteral(queues)}::text::text[])`;

/** What is true of a row `j` of `orq.jobs` that is meant. */
export function matches(sql: Sql, filter: JobChoice) {
  const { status, type, queue, tag, created_after: after, created_before: before, error } = filter;
  return [
    type !== undefined && sql`j.job_type = ${type}`,
    queue !== undefined && sql`j.queue = ${queue}`,
    tag !== undefined && sql`${tag} = ANY (j.tags)`,
    after !== undefined && sql`j.created_at >= ${after}::text::timestamptz`,
    before !== undefined && sql`j.created_at < ${before}::text::timestamptz`,
    error !== undefined && sql`position(lower(${error}) IN lower(j.error)) > 0`,
    status !== undefined && hasStatus(sql, status),
  ].reduce(
    (all, one) => (one === false ? all : sql`${all} AND ${one}`),
    isAmong(sql, 'j.queue', filter.queues),
  );
}
