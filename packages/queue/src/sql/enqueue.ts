import type { Query } from '../transaction.ts';

/** How a job is to run. */
export interface JobSettings {
  queue: string;
  jobType: string;
  priority: number;
  /** Null: at once. */
  runAt: Date | null;
  maxAttempts: number;
  tags: readonly string[];
}

export interface JobDraft {
  id: string;
  /** JSON text. */
  payload: string;
  uniqueKey: string | null;
}

const INSERT = `
WITH job AS (
  INSERT INTO orq.jobs (id, run_at, priority, max_attempts, queue, job_type, payload, tags, unique_key)
  SELECT x.id, coalesce(x."runAt", $5::text::timestamptz, statement_timestamp()),
    coalesce(x.priority, $4::text::smallint), coalesce(x."maxAttempts", $6::text::smallint),
    coalesce(x.queue, $2::text), coalesce(x."jobType", $3::text), coalesce(x.payload, 'null'),
    coalesce(x.tags, (SELECT array_agg(tag) FROM jsonb_array_elements_text($7::text::jsonb) AS tag)), x."uniqueKey"
  FROM json_to_recordset($1::text::json) AS x (
    id uuid, payload jsonb, "uniqueKey" text,
    queue text, "jobType" text, priority smallint, "runAt" timestamptz, "maxAttempts" smallint, tags text[])
  ON CONFLICT (job_type, unique_key) WHERE unique_key IS NOT NULL DO NOTHING
  RETURNING id, queue, priority, run_at
), waiting AS (
  INSERT INTO orq.ready (queue, priority, run_at, job_id)
  SELECT queue, priority, run_at, id FROM job
)
SELECT id FROM job`;

/**
 * Inserts jobs; one whose key an unfinished job holds is left out.
 *
 * @param shared the settings of all of them
 * @returns the ids that were inserted
 */
export const insertJobs = (query: Query, jobs: readonly JobDraft[], shared: JobSettings) =>
  insert(query, jobs.map(record), [
    shared.queue,
    shared.jobType,
    String(shared.priority),
    shared.runAt?.toISOString() ?? null,
    String(shared.maxAttempts),
    JSON.stringify(shared.tags),
  ]);

type MixedDraft = JobDraft & { settings: JobSettings };

/** As insertJobs, for jobs that each have settings of their own. */
export const insertMixedJobs = (query: Query, jobs: readonly MixedDraft[]) =>
  insert(query, [...jobs].sort(byKey).map(recordWithSettings), [null, null, null, null, null, null]);

/** In one order everywhere: else two processes that insert the same keys could each wait for the other. */
function byKey(a: MixedDraft, b: MixedDraft): number {
  const [one, other] = [keyOf(a), keyOf(b)];
  return one < other ? -1 : Number(one > other);
}

const keyOf = ({ settings, uniqueKey }: MixedDraft) => `${settings.jobType} ${uniqueKey ?? ''}`;

async function insert(query: Query, records: readonly string[], shared: readonly (string | null)[]) {
  const rows = await query<{ id: string }>(INSERT, [`[${records.join()}]`, ...shared]);
  return new Set(rows.map((row) => row.id));
}

const record = ({ id, payload, uniqueKey }: JobDraft) =>
  `{"id":"${id}","payload":${payload},"uniqueKey":${JSON.stringify(uniqueKey)}}`;

const recordWithSettings = ({ settings, ...draft }: MixedDraft) => {
  const { tags, ...others } = settings;
  const own = JSON.stringify(tags.length > 0 ? settings : others);
  return `${record(draft).slice(0, -1)},${own.slice(1)}`;
};

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
