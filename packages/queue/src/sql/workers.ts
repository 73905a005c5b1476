import type { Sql } from '@orq/db';
import { arrayLiteral } from './array-literal.ts';

export interface WorkerRegistration {
  id: string;
  name: string;
  version: string;
  queues: readonly string[];
  jobTypes: readonly string[];
  concurrency: number;
  leaseMs: number;
}

/** Makes a worker known. From now on its heartbeat is the lease of all that it claims. */
export async function registerWorker(sql: Sql, worker: WorkerRegistration): Promise<void> {
  await sql`
    INSERT INTO orq.workers (id, name, version, queues, job_types, concurrency, lease_ms)
    VALUES (${worker.id}, ${worker.name}, ${worker.version}, ${arrayLiteral(worker.queues)}::text[],
      ${arrayLiteral(worker.jobTypes)}::text[], ${worker.concurrency}, ${worker.leaseMs})`;
}

/** Renews the lease of all of a worker's jobs at once. $1 is the worker's id; no row, and it was taken for dead. */
export const HEARTBEAT = 'UPDATE orq.workers SET heartbeat_at = now() WHERE id = $1';

/** @returns false when the worker was taken for dead meanwhile */
export async function sendHeartbeat(sql: Sql, workerId: string): Promise<boolean> {
  const { count } = await sql.unsafe(HEARTBEAT, [workerId], { prepare: true });
  return count === 1;
}

/** The job types that any live worker of one of these queues has registered. */
export async function liveJobTypes(sql: Sql, queues: readonly string[]): Promise<Set<string>> {
  const rows = await sql<{ job_type: string }[]>`
    SELECT DISTINCT unnest(job_types) AS job_type FROM orq.workers
    WHERE heartbeat_at >= now() - lease_ms * interval '1 ms' AND queues && ${arrayLiteral(queues)}::text[]`;
  return new Set(rows.map((row) => row.job_type));
}

/** How many live workers take jobs of this type from this queue. */
export async function countLiveWorkers(sql: Sql, jobType: string, queue: string): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    SELECT count(*)::int AS count FROM orq.workers
    WHERE heartbeat_at >= now() - lease_ms * interval '1 ms'
      AND ${jobType} = ANY (job_types) AND ${queue} = ANY (queues)`;
  return row?.count ?? 0;
}

/** Claims in a worker's name that it does not know of: their answer was lost on the way. */
export async function strayClaims(sql: Sql, workerId: string, known: readonly string[]): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    SELECT id FROM orq.claims WHERE worker_id = ${workerId} AND id <> ALL (${arrayLiteral(known)}::uuid[])`;
  return rows.map((row) => row.id);
}
