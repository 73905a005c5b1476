import type { JobStatus } from '@orq/contracts';
import type { Sql, TransactionSql } from '@orq/db';
import type { FeedPosition } from '../events/feed-position.ts';
import { arrayLiteral } from './array-literal.ts';
import { readBounded } from './bounded-read.ts';
import { isAmong } from './job-filter.ts';
import { iso } from './job-json.ts';

/** So many of the newest jobs are looked at, and of those that run, so many more. */
export const NEWEST_JOBS = 5_000;
const RUNNING_JOBS = 1_000;

export interface FeedFilter {
  queue?: string | undefined;
  type?: string | undefined;
  /** Only of these queues. */
  queues?: readonly string[] | undefined;
}

export interface FeedChange {
  job_id: string;
  job_type: string;
  queue: string;
  status: JobStatus;
  attempt: number;
  at: string;
}

export interface FeedLook {
  /** What this look has seen, as PostgreSQL writes a `pg_snapshot`. */
  since: string;
  newest: string;
  /** Jobs were made since the last look that are no longer among the newest: their changes may be missed. */
  gap: boolean;
  /** Jobs that run: the next look is at them, too. */
  held: string[];
  /** By rising ids. */
  changes: FeedChange[];
}

/** From where on to look. */
export interface FeedGlance {
  position: FeedPosition;
  /** Jobs that ran at the last look. */
  held: readonly string[];
  filter: FeedFilter;
}

/**
 * Looks for jobs whose status has changed since each of some positions, all in one snapshot: so who goes on from what one
 * of these looks gave goes on from the same position as all others.
 *
 * @returns in the order of the glances
 */
export function lookAtFeed(sql: Sql, glances: readonly FeedGlance[]): Promise<FeedLook[]> {
  const read = async (tx: TransactionSql) => {
    const looks: FeedLook[] = [];
    for (const glance of glances) looks.push(await look(sql, tx, glance));
    return looks;
  };
  return readBounded(sql, read, 'isolation level repeatable read');
}

/**
 * What has changed is a job whose row, or claim, was written by a transaction that the snapshot of the position does not
 * show. `xmin` tells which that was, in 32 bits; the rest is that of this snapshot.
 */
async function look(sql: Sql, tx: TransactionSql, glance: FeedGlance): Promise<FeedLook> {
  const { held } = glance;
  const { zones, newest } = glance.position;
  const { queue, type, queues } = glance.filter;
  const since = zones.reduceRight(
    (later, zone) =>
      zone.upTo === null
        ? sql`${zone.since}::text::pg_snapshot`
        : sql`CASE WHEN written.id <= ${zone.upTo}::text::uuid THEN ${zone.since}::text::pg_snapshot ELSE ${later} END`,
    sql`NULL::pg_snapshot`,
  );
  const [row] = await tx<{ look: string }[]>`
    WITH here AS MATERIALIZED (
      SELECT pg_current_snapshot() AS snapshot, pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS xmax
    ), newest AS MATERIALIZED (
      SELECT id, xmin FROM orq.jobs ORDER BY id DESC LIMIT ${NEWEST_JOBS}
    ), held AS MATERIALIZED (
      SELECT held.id, c.xmin FROM orq.claims c, unnest(c.job_ids) AS held (id) LIMIT ${RUNNING_JOBS}
    ), written AS (
      SELECT id, xmin, false AS by_claim FROM newest
      UNION ALL SELECT id, xmin, true FROM held
      UNION ALL SELECT j.id, j.xmin, false FROM (
          SELECT unnest(${arrayLiteral(held)}::text::uuid[]) AS id UNION SELECT id FROM held
        ) AS known CROSS JOIN LATERAL (SELECT id, xmin FROM orq.jobs j WHERE j.id = known.id OFFSET 0) AS j
    ), changed AS MATERIALIZED (
      SELECT written.id, bool_or(by_claim) AS by_claim, bool_or(NOT by_claim) AS by_job FROM written, here
      WHERE NOT pg_visible_in_snapshot(
        (here.xmax - (here.xmax - written.xmin::text::bigint) % 4294967296)::text::xid8, ${since})
      GROUP BY written.id
    )
    SELECT jsonb_build_object(
      'since', (SELECT snapshot FROM here),
      'newest', coalesce((SELECT id::text FROM newest ORDER BY id DESC LIMIT 1), ''),
      'gap', (SELECT count(*) = ${NEWEST_JOBS} FROM newest)
        AND (SELECT id::text FROM newest ORDER BY id LIMIT 1) > ${newest}::text,
      'held', (SELECT coalesce(jsonb_agg(DISTINCT id), '[]') FROM held),
      'changes', (
        SELECT coalesce(jsonb_agg(jsonb_build_object('job_id', s.id, 'job_type', job_type, 'queue', queue,
          'status', status, 'attempt', attempt, 'at', ${iso(sql, 'updated_at')}) ORDER BY s.id), '[]')
        FROM changed CROSS JOIN LATERAL (SELECT * FROM orq.job_status s WHERE s.id = changed.id OFFSET 0) AS s
        WHERE CASE WHEN status = 'processing' THEN by_claim ELSE by_job END
          AND queue = coalesce(${queue ?? null}::text, queue) AND job_type = coalesce(${type ?? null}::text, job_type)
          AND ${isAmong(sql, 'queue', queues)}
      ))::text AS look`;
  return JSON.parse(row?.look ?? '') as FeedLook;
}

/** Where a feed begins that has told nothing yet. */
export async function feedHere(sql: Sql): Promise<{ since: string; newest: string }> {
  const [row] = await sql<{ since: string; newest: string }[]>`
    SELECT pg_current_snapshot()::text AS since,
      coalesce((SELECT id::text FROM orq.jobs ORDER BY id DESC LIMIT 1), '') AS newest`;
  if (!row) throw new Error('a SELECT without FROM gave no row');
  return row;
}

/** Whether all snapshots of a position are such as this database may have given. */
export async function isOfThisDatabase(sql: Sql, { zones }: FeedPosition): Promise<boolean> {
  try {
    const [row] = await sql<{ known: boolean }[]>`
      SELECT bool_and(pg_snapshot_xmax(since::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot())) AS known
      FROM unnest(${arrayLiteral(zones.map(({ since }) => since))}::text::text[]) AS since`;
    return row?.known ?? false;
  } catch (error) {
    // Invalid as a snapshot, such as one that ends before it begins.
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('22')) return false;
    throw error;
  }
}
