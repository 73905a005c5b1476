import { sql } from 'drizzle-orm';
import {
  bigint,
  index,
  integer,
  jsonb,
  primaryKey,
  real,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { orq } from './orq.ts';

const instant = (name: string) => timestamp(name, { withTimezone: true });

/**
 * `open`: not settled; whether it waits or runs is read from where it stands (`ready` or `claims`), see `job_status`.
 * The others are final, but for `blocked`, which waits for other jobs.
 */
export const jobState = orq.enum('job_state', ['open', 'blocked', 'completed', 'failed', 'cancelled']);

/**
 * Every job and its outcome. A claim does not write here, and a completion is one HOT update: so no index may
 * hold a column that changes, and those that change stand last (docs/adr/0003-ready-and-claims.md).
 */
export const jobs = orq.table(
  'jobs',
  {
    id: uuid().primaryKey(),
    createdAt: instant('created_at')
      .notNull()
      .default(sql`statement_timestamp()`),
    runAt: instant('run_at').notNull(),
    /** Lower runs first. */
    priority: smallint().notNull(),
    maxAttempts: smallint('max_attempts').notNull(),
    queue: text().notNull(),
    jobType: text('job_type').notNull(),
    payload: jsonb().notNull(),
    tags: text().array(),
    /** At most one unfinished job of a type holds a key; set to null when the job is settled. */
    uniqueKey: text('unique_key'),
    /** Jobs with the same key share `concurrency_limit` slots (`key_slots`). Null: no limit. */
    concurrencyKey: text('concurrency_key'),
    concurrencyLimit: smallint('concurrency_limit'),
    /** How long an attempt may take, in ms. Null: as its handler says. */
    timeoutMs: integer('timeout_ms'),
    /** Not to be worked on after this time. */
    deadline: instant('deadline'),
    /** The job's own retry policy; null: its handler's. */
    retry: jsonb(),
    /** Fencing token: raised whenever a claimed job goes back to `ready`; only its holder settles the job. */
    fence: integer().notNull().default(0),
    /** Attempts that have ended and count; the one that runs is this plus one. */
    attempt: smallint().notNull().default(0),
    state: jobState().notNull().default('open'),
    /** 0 to 1, as the handler last reported it. */
    progress: real(),
    /** The worker of the attempt that ended last. */
    workerId: uuid('worker_id'),
    startedAt: instant('started_at'),
    finishedAt: instant('finished_at'),
    /** The last change that none of the other stamps tells of. */
    touchedAt: instant('touched_at'),
    result: jsonb(),
    error: text(),
    /** Set while the job runs and is to end as cancelled. */
    cancelRequestedAt: instant('cancel_requested_at'),
  },
  (table) => [
    uniqueIndex('jobs_unique_key')
      .on(table.jobType, table.uniqueKey)
      .where(sql`${table.uniqueKey} IS NOT NULL`),
  ],
);

/** One narrow row for each job that waits, in the order of its run. A claim deletes from here. */
export const ready = orq.table(
  'ready',
  {
    queue: text().notNull(),
    priority: smallint().notNull(),
    runAt: instant('run_at').notNull(),
    jobId: uuid('job_id').notNull(),
    /** As in `jobs`: a claim must know whether there is one without reading the job. */
    concurrencyKey: text('concurrency_key'),
  },
  (table) => [
    primaryKey({ name: 'ready_pkey', columns: [table.queue, table.priority, table.runAt, table.jobId] }),
  ],
);

/**
 * Jobs that were due when all slots of their key were taken. Whoever frees a slot puts the first of them back into `ready`,
 * with the slot already its own (docs/adr/0014-concurrency-keys.md).
 */
export const parked = orq.table(
  'parked',
  {
    concurrencyKey: text('concurrency_key').notNull(),
    priority: smallint().notNull(),
    runAt: instant('run_at').notNull(),
    jobId: uuid('job_id').notNull(),
    queue: text().notNull(),
  },
  (table) => [
    primaryKey({
      name: 'parked_pkey',
      columns: [table.concurrencyKey, table.priority, table.runAt, table.jobId],
    }),
  ],
);

/**
 * Which job has which slot of a concurrency key. It has it while it is open and its fence is this one: so a slot is free
 * as soon as its job is settled, however that came about, and its row may be removed later.
 */
export const keySlots = orq.table(
  'key_slots',
  {
    concurrencyKey: text('concurrency_key').notNull(),
    /** From 1. */
    slot: smallint().notNull(),
    jobId: uuid('job_id').notNull(),
    fence: integer().notNull(),
  },
  (table) => [primaryKey({ name: 'key_slots_pkey', columns: [table.concurrencyKey, table.slot] })],
);

/** What is to be said of a queue; one that nothing was ever said of has no row. */
export const queues = orq.table('queues', {
  name: text().primaryKey(),
  /** Since when nothing is claimed from it. */
  pausedAt: instant('paused_at'),
});

/** One row for each batch that a worker holds. `fences[i]` is the fencing token under which it holds `job_ids[i]`. */
export const claims = orq.table(
  'claims',
  {
    id: uuid().primaryKey(),
    workerId: uuid('worker_id').notNull(),
    jobIds: uuid('job_ids').array().notNull(),
    fences: integer().array().notNull(),
    claimedAt: instant('claimed_at').notNull(),
  },
  (table) => [index('claims_worker').on(table.workerId)],
);

/** Every live worker. Its one heartbeat is the lease of all its claims. */
export const workers = orq.table('workers', {
  id: uuid().primaryKey(),
  /** For people: host and process. */
  name: text().notNull(),
  version: text().notNull(),
  queues: text().array().notNull(),
  jobTypes: text('job_types').array().notNull(),
  concurrency: integer().notNull(),
  /** Without a heartbeat for this long the worker is dead and its jobs run again. In ms. */
  leaseMs: integer('lease_ms').notNull(),
  startedAt: instant('started_at').notNull().defaultNow(),
  heartbeatAt: instant('heartbeat_at').notNull().defaultNow(),
});

/** How many jobs a worker has settled in ten seconds, told by itself now and then: no job's row is read to count them. */
export const queueTallies = orq.table(
  'queue_tallies',
  {
    /** The beginning of the ten seconds. */
    at: instant('at').notNull(),
    queue: text().notNull(),
    workerId: uuid('worker_id').notNull(),
    completed: integer().notNull(),
    /** Those that have failed for good. */
    failed: integer().notNull(),
  },
  (table) => [primaryKey({ name: 'queue_tallies_pkey', columns: [table.at, table.queue, table.workerId] })],
);

/** `failed`: the handler threw. `lost`: its worker died. `cancelled`: the job was cancelled while it ran. */
export const attemptOutcome = orq.enum('attempt_outcome', ['failed', 'lost', 'cancelled']);

/** One row for each attempt that did not complete; a success is told by the job itself. */
export const jobAttempts = orq.table(
  'job_attempts',
  {
    jobId: uuid('job_id')
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    attempt: smallint().notNull(),
    outcome: attemptOutcome().notNull(),
    workerId: uuid('worker_id').notNull(),
    startedAt: instant('started_at').notNull(),
    finishedAt: instant('finished_at').notNull(),
    error: text().notNull(),
  },
  (table) => [primaryKey({ name: 'job_attempts_pkey', columns: [table.jobId, table.attempt] })],
);

/** What handlers have logged, line by line. */
export const jobLogs = orq.table(
  'job_logs',
  {
    jobId: uuid('job_id')
      .notNull()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    id: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    attempt: smallint().notNull(),
    loggedAt: instant('logged_at').notNull(),
    level: text().notNull(),
    message: text().notNull(),
    /** What was logged beside the message; null where there was nothing. */
    fields: jsonb(),
  },
  (table) => [primaryKey({ name: 'job_logs_pkey', columns: [table.jobId, table.id] })],
);

/** Every job with its status, for all readers. The hot path does not read it. */
export const jobStatus = orq.view('job_status', {
  id: uuid().notNull(),
  queue: text().notNull(),
  jobType: text('job_type').notNull(),
  status: text({
    enum: ['pending', 'processing', 'retry', 'completed', 'failed', 'cancelled', 'blocked'],
  }).notNull(),
  priority: smallint().notNull(),
  runAt: instant('run_at').notNull(),
  attempt: integer().notNull(),
  maxAttempts: smallint('max_attempts').notNull(),
  payload: jsonb().notNull(),
  result: jsonb(),
  error: text(),
  progress: real(),
  workerId: uuid('worker_id'),
  uniqueKey: text('unique_key'),
  tags: text().array().notNull(),
  createdAt: instant('created_at').notNull(),
  startedAt: instant('started_at'),
  finishedAt: instant('finished_at'),
  updatedAt: instant('updated_at').notNull(),
  concurrencyKey: text('concurrency_key'),
  deadline: instant('deadline'),
  /** Set where a running job has been told to end as cancelled. */
  cancelRequestedAt: instant('cancel_requested_at'),
}).as(sql`
SELECT j.id, j.queue, j.job_type,
  CASE
    WHEN j.state <> 'open' THEN j.state::text
    WHEN w.waits IS NULL THEN 'processing'
    WHEN j.attempt = 0 THEN 'pending'
    ELSE 'retry'
  END AS status,
  j.priority, j.run_at,
  CASE WHEN j.state = 'open' AND w.waits IS NULL THEN j.attempt + 1 ELSE j.attempt::integer END AS attempt,
  j.max_attempts, j.payload, j.result, j.error,
  CASE WHEN j.state = 'completed' THEN 1 ELSE j.progress END AS progress,
  coalesce(c.worker_id, j.worker_id) AS worker_id,
  j.unique_key, coalesce(j.tags, '{}') AS tags, j.created_at,
  coalesce(c.claimed_at, j.started_at) AS started_at,
  j.finished_at,
  greatest(j.created_at, j.started_at, c.claimed_at, j.finished_at, j.touched_at) AS updated_at,
  j.concurrency_key, j.deadline, j.cancel_requested_at
FROM orq.jobs j
LEFT JOIN LATERAL (
  SELECT true AS waits FROM orq.ready r
  WHERE j.state = 'open' AND r.queue = j.queue AND r.priority = j.priority AND r.run_at = j.run_at AND r.job_id = j.id
  UNION ALL
  SELECT true FROM orq.parked p
  WHERE j.state = 'open' AND p.concurrency_key = j.concurrency_key AND p.priority = j.priority AND p.run_at = j.run_at
    AND p.job_id = j.id
  LIMIT 1
) w ON true
LEFT JOIN LATERAL (
  SELECT claims.worker_id, claims.claimed_at FROM orq.claims
  WHERE j.state = 'open' AND w.waits IS NULL AND j.id = ANY (claims.job_ids)
  ORDER BY claims.claimed_at DESC LIMIT 1
) c ON true`);
