import { DOORBELL_CHANNEL } from '../doorbell.ts';
import type { RetryPolicy } from '../retry-policy.ts';
import type { Query } from '../transaction.ts';
import { arrayLiteral } from './array-literal.ts';

/** How a job is to run. */
export interface JobSettings {
  queue: string;
  jobType: string;
  priority: number;
  /** Left out: at once. */
  runAt?: Date | undefined;
  maxAttempts: number;
  tags: readonly string[];
  timeoutMs?: number | undefined;
  deadline?: Date | undefined;
  retry?: RetryPolicy | undefined;
  concurrencyKey?: string | undefined;
  /** Means nothing without a key. */
  concurrencyLimit: number;
}

export interface JobDraft {
  id: string;
  /** JSON text. */
  payload: string;
}

/** A job with settings of its own. */
export interface KeyedJobDraft extends JobDraft {
  uniqueKey?: string | undefined;
  settings: JobSettings;
}

const INSERT_MANY = `
WITH job AS (
  INSERT INTO orq.jobs (id, run_at, priority, max_attempts, queue, job_type, payload, tags, timeout_ms, deadline, retry,
    concurrency_key, concurrency_limit)
  SELECT x.id, coalesce($3::text::timestamptz, statement_timestamp()), $4::text::smallint, $5::text::smallint,
    $6::text, $7::text, x.payload, (SELECT array_agg(tag) FROM jsonb_array_elements_text($8::text::jsonb) AS tag),
    $9::text::integer, $10::text::timestamptz, $11::text::jsonb, $12::text, $13::text::smallint
  FROM unnest($1::text::uuid[], $2::text::jsonb[]) AS x (id, payload)
  RETURNING id, queue, priority, run_at, concurrency_key
)
INSERT INTO orq.ready (queue, priority, run_at, job_id, concurrency_key)
SELECT queue, priority, run_at, id, concurrency_key FROM job`;

/** Inserts jobs that share their settings, and have no keys. */
export async function insertJobs(
  query: Query,
  jobs: readonly JobDraft[],
  shared: JobSettings,
): Promise<void> {
  await query(INSERT_MANY, [
    arrayLiteral(jobs.map(({ id }) => id)),
    arrayLiteral(jobs.map(({ payload }) => payload)),
    shared.runAt?.toISOString() ?? null,
    String(shared.priority),
    String(shared.maxAttempts),
    shared.queue,
    shared.jobType,
    JSON.stringify(shared.tags),
    shared.timeoutMs === undefined ? null : String(shared.timeoutMs),
    shared.deadline?.toISOString() ?? null,
    shared.retry === undefined ? null : JSON.stringify(shared.retry),
    shared.concurrencyKey ?? null,
    shared.concurrencyKey === undefined ? null : String(shared.concurrencyLimit),
  ]);
}

const INSERT_KEYED = `
WITH job AS (
  INSERT INTO orq.jobs (id, run_at, priority, max_attempts, queue, job_type, payload, tags, timeout_ms, deadline, retry,
    concurrency_key, concurrency_limit, unique_key)
  SELECT x.id, coalesce(x."runAt", statement_timestamp()), x.priority, x."maxAttempts", x.queue, x."jobType",
    coalesce(x.payload, 'null'), nullif(x.tags, '{}'), x."timeoutMs", x.deadline, x.retry,
    x."concurrencyKey", CASE WHEN x."concurrencyKey" IS NOT NULL THEN x."concurrencyLimit" END, x."uniqueKey"
  FROM json_to_recordset($1::text::json) AS x (
    id uuid, payload jsonb, "uniqueKey" text, queue text, "jobType" text, priority smallint, "runAt" timestamptz,
    "maxAttempts" smallint, tags text[], "timeoutMs" integer, deadline timestamptz, retry jsonb,
    "concurrencyKey" text, "concurrencyLimit" smallint)
  ON CONFLICT (job_type, unique_key) WHERE unique_key IS NOT NULL DO NOTHING
  RETURNING id, queue, priority, run_at, concurrency_key, unique_key
), waiting AS (
  INSERT INTO orq.ready (queue, priority, run_at, job_id, concurrency_key)
  SELECT queue, priority, run_at, id, concurrency_key FROM job
)
SELECT id`;

/** Tells of those with a key alone: the others are inserted in any case. */
const INSERT_QUIETLY = `${INSERT_KEYED} FROM job WHERE unique_key IS NOT NULL`;
const INSERT_AND_RING = `${INSERT_KEYED}, pg_notify('${DOORBELL_CHANNEL}', queue) FROM job`;

/**
 * Inserts jobs; one whose key an unfinished job holds is left out.
 *
 * @param rings their queues are told at the commit
 * @returns the ids that were inserted
 */
export async function insertKeyedJobs(
  query: Query,
  jobs: readonly KeyedJobDraft[],
  rings = false,
): Promise<Set<string>> {
  const records = [...jobs].sort(byKey).map(record);
  const text = rings ? INSERT_AND_RING : INSERT_QUIETLY;
  const rows = await query<{ id: string }>(text, [`[${records.join()}]`]);
  const keyless = jobs.filter(({ uniqueKey }) => uniqueKey === undefined);
  return new Set([...keyless, ...rows].map(({ id }) => id));
}

/** In one order everywhere: else two processes that insert the same keys could each wait for the other. */
function byKey(a: KeyedJobDraft, b: KeyedJobDraft): number {
  const [one, other] = [keyOf(a), keyOf(b)];
  return one < other ? -1 : Number(one > other);
}

const keyOf = ({ settings, uniqueKey }: KeyedJobDraft) => `${settings.jobType} ${uniqueKey ?? ''}`;

const record = ({ id, payload, uniqueKey, settings }: KeyedJobDraft) =>
  `{"id":"${id}","payload":${payload},${JSON.stringify({ uniqueKey, ...settings }).slice(1)}`;

const HOLDER = `SELECT id FROM orq.jobs WHERE job_type = $1::text AND unique_key = $2::text`;

/** The unfinished job that holds a key. */
export async function findKeyHolder(
  query: Query,
  jobType: string,
  uniqueKey: string,
): Promise<string | undefined> {
  const [row] = await query<{ id: string }>(HOLDER, [jobType, uniqueKey]);
  return row?.id;
}
