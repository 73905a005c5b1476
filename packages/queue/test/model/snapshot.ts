import type { Sql } from '@orq/db';
import { inTurn, type ModelJob, type QueueModel, waits } from './model.ts';

interface JobLook {
  id: string;
  status: string;
  attempt: number;
  fence: number;
  priority: number;
  due: number;
  uniqueKey: string | null;
  hasError: boolean;
  progress: number | null;
  workerId: string | null;
  cancelRequested: boolean;
  failures: string[];
}

/** All that the queue knows, in an order of its own. */
export interface Snapshot {
  jobs: JobLook[];
  /** By queue: what stands in `ready`, in the order of the claims. */
  lines: Record<string, string[]>;
  /** By key: what is parked, in the order in which it gets its slots. */
  parked: Record<string, string[]>;
  slots: Record<string, { id: string; fence: number }[]>;
  claims: Record<string, { workerId: string; jobs: { id: string; fence: number }[] }>;
  workers: string[];
}

const micros = (sql: Sql, column: string) => sql`(extract(epoch FROM ${sql(column)}) * 1000000)::bigint`;

/** What the database holds. */
export async function realSnapshot(sql: Sql): Promise<Snapshot> {
  const [row] = await sql<{ snapshot: string }[]>`
    SELECT jsonb_build_object(
      'jobs', (SELECT coalesce(jsonb_agg(jsonb_build_object(
          'id', s.id, 'status', s.status, 'attempt', s.attempt, 'fence', j.fence, 'priority', s.priority,
          'due', ${micros(sql, 's.run_at')}, 'uniqueKey', s.unique_key, 'hasError', s.error IS NOT NULL,
          'progress', s.progress, 'workerId', s.worker_id, 'cancelRequested', s.cancel_requested_at IS NOT NULL,
          'failures', (SELECT coalesce(jsonb_agg(a.outcome ORDER BY a.attempt), '[]') FROM orq.job_attempts a WHERE a.job_id = s.id)
        ) ORDER BY s.id), '[]') FROM orq.job_status s JOIN orq.jobs j ON j.id = s.id),
      'lines', (SELECT coalesce(jsonb_object_agg(queue, line), '{}') FROM (
        SELECT queue, jsonb_agg(job_id ORDER BY priority, run_at, job_id) AS line FROM orq.ready GROUP BY queue) q),
      'parked', (SELECT coalesce(jsonb_object_agg(concurrency_key, line), '{}') FROM (
        SELECT concurrency_key, jsonb_agg(job_id ORDER BY priority, run_at, job_id) AS line FROM orq.parked GROUP BY 1) k),
      'slots', (SELECT coalesce(jsonb_object_agg(concurrency_key, taken), '{}') FROM (
        SELECT concurrency_key, jsonb_agg(jsonb_build_object('id', job_id, 'fence', fence) ORDER BY job_id, fence) AS taken
        FROM orq.key_slots GROUP BY 1) k),
      'claims', (SELECT coalesce(jsonb_object_agg(c.id, jsonb_build_object('workerId', c.worker_id, 'jobs', (
          SELECT jsonb_agg(jsonb_build_object('id', p.id, 'fence', p.fence) ORDER BY p.id)
          FROM unnest(c.job_ids, c.fences) AS p (id, fence)))), '{}') FROM orq.claims c),
      'workers', (SELECT coalesce(jsonb_agg(id ORDER BY id), '[]') FROM orq.workers)
    )::text AS snapshot`;
  return JSON.parse(row?.snapshot ?? '{}') as Snapshot;
}

/** What it should hold. */
export function modelSnapshot(model: QueueModel): Snapshot {
  return {
    jobs: model.jobs.map((job) => look(model, job)).sort(byId),
    lines: idsBy(
      model.jobs.filter((job) => waits(job) && !job.parked),
      ({ queue }) => queue,
    ),
    parked: idsBy(
      model.jobs.filter(({ parked }) => parked),
      ({ key }) => String(key),
    ),
    slots: Object.fromEntries(
      [...model.slots]
        .filter(([, slots]) => slots.length > 0)
        .map(([key, slots]) => [key, slots.toSorted((a, b) => byId(a, b) || a.fence - b.fence)]),
    ),
    claims: Object.fromEntries(
      [...model.claims].map(([id, { workerId, jobs }]) => [id, { workerId, jobs: jobs.toSorted(byId) }]),
    ),
    workers: [...model.workers.keys()].sort(),
  };
}

function look(model: QueueModel, job: ModelJob): JobLook {
  const { id, status, fence, priority, due, uniqueKey, hasError, progress, cancelRequested, failures } = job;
  const runs = status === 'processing';
  const holder = [...model.claims.values()].findLast((claim) => claim.jobs.some((held) => held.id === id));
  const workerId = runs && holder ? holder.workerId : job.settledBy;
  const attempt = runs ? job.attempt + 1 : job.attempt;
  return {
    id,
    status,
    attempt,
    fence,
    priority,
    due,
    uniqueKey,
    hasError,
    progress,
    workerId,
    cancelRequested,
    failures,
  };
}

const byId = (a: { id: string }, b: { id: string }) => Number(a.id > b.id) - Number(a.id < b.id);

function idsBy(jobs: readonly ModelJob[], groupOf: (job: ModelJob) => string): Record<string, string[]> {
  const groups: Record<string, string[]> = {};
  for (const job of jobs.toSorted(inTurn)) (groups[groupOf(job)] ??= []).push(job.id);
  return groups;
}
