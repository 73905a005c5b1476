import type { Query } from '../transaction.ts';

export interface JobDraft {
  id: string;
  /** JSON text. */
  payload: string;
  uniqueKey: string | null;
}

/** Jobs of one type that share all but id, payload and key. */
export interface EnqueueBatch {
  queue: string;
  jobType: string;
  priority: number;
  runAt: Date | null;
  maxAttempts: number;
  tags: readonly string[];
  jobs: readonly JobDraft[];
}

const INSERT = `
WITH job AS (
  INSERT INTO orq.jobs (id, queue, job_type, priority, run_at, max_attempts, payload, unique_key, tags)
  SELECT x.id, $2::text, $3::text, $4::text::smallint,
    coalesce($5::text::timestamptz, statement_timestamp()), $6::text::integer, coalesce(x.payload, 'null'), x."uniqueKey",
    ARRAY(SELECT jsonb_array_elements_text($7::text::jsonb))
  FROM jsonb_to_recordset($1::text::jsonb) AS x (id uuid, payload jsonb, "uniqueKey" text)
  ON CONFLICT (job_type, unique_key) WHERE unique_key IS NOT NULL DO NOTHING
  RETURNING id, queue, priority, run_at, job_type
), waiting AS (
  INSERT INTO orq.ready (queue, priority, run_at, job_id, job_type)
  SELECT queue, priority, run_at, id, job_type FROM job
)
SELECT id FROM job`;

/** Inserts the batch; a job whose key an unfinished one holds is left out. @returns the ids that were inserted */
export async function insertJobs(query: Query, batch: EnqueueBatch): Promise<Set<string>> {
  const rows = await query<{ id: string }>(INSERT, [
    `[${batch.jobs.map(record).join()}]`,
    batch.queue,
    batch.jobType,
    String(batch.priority),
    batch.runAt?.toISOString() ?? null,
    String(batch.maxAttempts),
    JSON.stringify(batch.tags),
  ]);
  return new Set(rows.map((row) => row.id));
}

const record = ({ id, payload, uniqueKey }: JobDraft) =>
  `{"id":"${id}","payload":${payload},"uniqueKey":${JSON.stringify(uniqueKey)}}`;

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
