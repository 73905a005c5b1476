import { randomUUID } from 'node:crypto';
import type { Sql } from '@orq/db';

/** A place in the order of the jobs' runs; `due` in microseconds since 1970. */
export interface Position {
  due: number;
  id: string;
}

interface ClaimedJob extends Position {
  fence: number;
}

/** The first row is about the claim, each other is a job. */
type Row = ClaimedJob & { claimed_at: string };

export interface Claimed {
  claimId: string;
  claimedAt: string;
  jobs: readonly ClaimedJob[];
}

export interface ClaimOptions {
  workerId: string;
  limit: number;
  /** Claims to remove in passing. */
  finished: readonly string[];
  /** Where to begin; at the head where there is none. */
  position: Position | undefined;
}

/** The client has not fetched the database's array types: none of these values needs more than quotes. */
const literal = (values: readonly (string | number)[]) => `{${values.map((value) => `"${value}"`).join()}}`;

/** Only a worker that is on the list may claim. */
export async function register(sql: Sql, workerId: string): Promise<void> {
  await sql`
    INSERT INTO orq.workers (id, name, version, queues, job_types, concurrency, lease_ms)
    VALUES (${workerId}, 'limit', '0', '{default}', '{noop}', 1, 600000)`;
}

/** As the worker claims, with as much of the answer read as it reads. */
export async function claim(
  sql: Sql,
  { workerId, limit, finished, position }: ClaimOptions,
): Promise<Claimed> {
  const claimId = randomUUID();
  const [due, id] = position ? [[position.due], [position.id]] : [[], []];
  const [head, ...jobs] = await sql<Row[]>`
    SELECT * FROM orq.claim_jobs(
      ${claimId}, ${workerId}, 'default', ${limit}, '{}', ${literal(finished)}::uuid[], ${position === undefined}, false,
      ${literal(due.map(() => 0))}::smallint[], ${literal(due)}::float8[], ${literal(id)}::uuid[])`;
  return { claimId, claimedAt: head?.claimed_at ?? '', jobs };
}

export async function complete(sql: Sql, workerId: string, { jobs, claimedAt }: Claimed): Promise<void> {
  if (jobs.length === 0) return;
  await sql`
    SELECT id FROM orq.complete_claimed_jobs(
      ${workerId}, ${literal(jobs.map((job) => job.id))}::uuid[], ${literal(jobs.map((job) => job.fence))}::integer[],
      ${literal(jobs.map(() => 'null'))}::text[], ${literal(jobs.map(() => claimedAt))}::text[]) AS id`;
}
