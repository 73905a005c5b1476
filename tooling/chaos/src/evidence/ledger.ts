import pg from 'pg';
import { z } from 'zod';
import { Script } from '../jobs.ts';
import type { Evidence } from './evidence.ts';

const TABLES = `
CREATE SCHEMA chaos;
CREATE TABLE chaos.enqueued (n integer NOT NULL, job_id uuid NOT NULL);
CREATE TABLE chaos.runs (
  id uuid PRIMARY KEY, job_id uuid NOT NULL, attempt integer NOT NULL, process text NOT NULL,
  started_at float8 NOT NULL, ended_at float8, aborted_at float8, snoozed boolean NOT NULL DEFAULT false, not_before float8
);
CREATE INDEX ON chaos.runs (job_id);
CREATE TABLE chaos.effects (
  run_id uuid NOT NULL, job_id uuid NOT NULL, attempt integer NOT NULL, whole boolean NOT NULL DEFAULT false
);`;

const ms = (column: string) => `extract(epoch FROM ${column})::float8 * 1000`;

const Jobs = z.array(
  z.object({
    id: z.string(),
    script: Script,
    queue: z.string(),
    state: z.string(),
    attempt: z.int(),
    maxAttempts: z.int(),
  }),
);
const Attempts = z.array(
  z.object({
    jobId: z.string(),
    attempt: z.int(),
    outcome: z.enum(['failed', 'lost', 'cancelled']),
    error: z.string(),
    finishedAt: z.number(),
  }),
);
const Runs = z.array(
  z.object({
    id: z.string(),
    jobId: z.string(),
    attempt: z.int(),
    process: z.string(),
    startedAt: z.number(),
    endedAt: z.number().nullable(),
    abortedAt: z.number().nullable(),
    snoozed: z.boolean(),
    notBefore: z.number().nullable(),
  }),
);
const Effects = z.array(
  z.object({ runId: z.string(), jobId: z.string(), attempt: z.int(), whole: z.boolean() }),
);
const Committed = z.array(z.object({ id: z.string(), n: z.int() }));
const Counts = z.tuple([
  z.object({
    open: z.int(),
    ready: z.int(),
    claims: z.int(),
    slots: z.int(),
    parked: z.int(),
    workers: z.array(z.string()),
  }),
]);

/** What the database itself tells. */
export type LedgerEvidence = Pick<
  Evidence,
  'jobs' | 'attempts' | 'runs' | 'effects' | 'committed' | 'ready' | 'claims' | 'slots' | 'parked' | 'workers'
>;

async function onConnection<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'chaos ledger' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export const createLedger = (url: string): Promise<unknown> =>
  onConnection(url, (client) => client.query(TABLES));

/** How much is not settled or not cleared away. */
export async function readCounts(url: string): Promise<z.infer<typeof Counts>[0]> {
  const { rows } = await onConnection(url, (client) =>
    client.query(`
      SELECT (SELECT count(*) FROM orq.jobs WHERE state = 'open')::int AS open,
        (SELECT count(*) FROM orq.ready)::int AS ready, (SELECT count(*) FROM orq.claims)::int AS claims,
        (SELECT count(*) FROM orq.key_slots)::int AS slots, (SELECT count(*) FROM orq.parked)::int AS parked,
        ARRAY(SELECT name FROM orq.workers ORDER BY name) AS workers`),
  );
  return Counts.parse(rows)[0];
}

export async function readLedger(url: string): Promise<LedgerEvidence> {
  const { ready, claims, slots, parked, workers } = await readCounts(url);
  return onConnection(url, async (client) => {
    const read = async <Rows>(schema: z.ZodType<Rows>, text: string) =>
      schema.parse((await client.query(text)).rows);
    return {
      ready,
      claims,
      slots,
      parked,
      workers,
      jobs: await read(
        Jobs,
        `SELECT id, payload AS script, queue, state, attempt, max_attempts AS "maxAttempts" FROM orq.jobs ORDER BY id`,
      ),
      attempts: await read(
        Attempts,
        `SELECT job_id AS "jobId", attempt, outcome, error, ${ms('finished_at')} AS "finishedAt" FROM orq.job_attempts ORDER BY job_id, attempt`,
      ),
      runs: await read(
        Runs,
        `SELECT id, job_id AS "jobId", attempt, process, started_at AS "startedAt", ended_at AS "endedAt",
           aborted_at AS "abortedAt", snoozed, not_before AS "notBefore"
         FROM chaos.runs ORDER BY started_at`,
      ),
      effects: await read(
        Effects,
        `SELECT run_id AS "runId", job_id AS "jobId", attempt, whole FROM chaos.effects`,
      ),
      committed: await read(Committed, 'SELECT job_id AS id, n FROM chaos.enqueued'),
    };
  });
}
