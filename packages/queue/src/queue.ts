import type { JobContract, JobInput, JobLogLine, JobResource } from '@orq/contracts';
import type { Sql } from '@orq/db';
import { z } from 'zod';
import { createDoorbell, ringInside } from './doorbell.ts';
import { createBatcher } from './batcher.ts';
import { readFeedPosition } from './events/feed-position.ts';
import { createFeedFollower, type FeedNews } from './events/follow-feed.ts';
import { createJobFollower, type JobNewsStream } from './events/follow-job.ts';
import { BEGINNING, type JobPosition, readJobPosition } from './events/job-position.ts';
import { BatchOptions, JobOptions, MaxRetries, QueueName } from './enqueue-options.ts';
import { followJobs } from './follow.ts';
import { newJobId } from './job-id.ts';
import { jsonText } from './json-text.ts';
import { createOperations, type QueueOperations } from './operations.ts';
import type { RetryPolicy } from './retry-policy.ts';
import { cancelJob } from './sql/cancel.ts';
import {
  findKeyHolder,
  insertJobs,
  insertKeyedJobs,
  type JobDraft,
  type JobSettings,
  type KeyedJobDraft,
} from './sql/enqueue.ts';
import { readJob } from './sql/job.ts';
import { readJobLogs } from './sql/logs.ts';
import type { JobStanding } from './sql/standing.ts';
import { pausedSince, pauseQueue, resumeQueue } from './sql/queues.ts';
import { countLiveWorkers } from './sql/workers.ts';
import { queryOn, type Transaction } from './transaction.ts';

export interface QueueOptions {
  /** A postgres.js client; give the queue one that drizzle does not share. */
  sql: Sql;
  /** Retries after the first attempt, for jobs that say nothing else. Default 3, so four attempts. */
  maxRetries?: number;
  /** Sends no NOTIFY: workers find new jobs when they poll. Default false. */
  pollOnly?: boolean;
}

/** What all jobs of one call share. */
export interface EnqueueManyOptions {
  /** The transaction in which the jobs come to be; they exist once it commits, and not if it does not. */
  tx?: Transaction;
  /** Default `default`. */
  queue?: string;
  /** -32,768 to 32,767; lower runs first. Default 0. */
  priority?: number;
  /** Not before this time. Default: at once. */
  runAt?: Date;
  /** Attempts in all, 1 to 1,000. Default: the queue's `maxRetries` plus one. */
  maxAttempts?: number;
  tags?: string[];
  /** How long an attempt may take, in ms; then its signal is aborted, and it has failed. Default: as the handler says. */
  timeoutMs?: number;
  /** After this time the job is not worked on: it fails, and what runs is told to end. Default: none. */
  deadline?: Date;
  /** When a failed attempt is followed by another. Default: as the handler says. */
  retry?: RetryPolicy;
  /**
   * Of all jobs with the same key, whatever their type and queue, no more than `concurrencyLimit` run at once. They
   * run in their order, but that workers which claim at the same moment may swap some of them.
   */
  concurrencyKey?: string;
  /** 1 to 1,000. Default 1: one after the other. */
  concurrencyLimit?: number;
}

export interface EnqueueOptions extends EnqueueManyOptions {
  /** While an unfinished job of this type holds the same key, no second one is made. */
  uniqueKey?: string;
}

export interface WaitOptions {
  /** Ends the waiting. */
  signal?: AbortSignal;
}

export interface LogsOptions {
  /** The id of a line: those after it. Default: from the first. */
  after?: number;
  /** 1 to 1,000 lines. Default 100. */
  limit?: number;
}

export interface JobEventsOptions {
  /** The `id` of the news that came last. Default: from how the job stands now, and the beginning of its log. */
  after?: string;
  /** Ends it. */
  signal: AbortSignal;
}

export interface FeedOptions extends JobEventsOptions {
  /** Only of this queue. */
  queue?: string | undefined;
  /** Only of this job type. */
  type?: string | undefined;
  /** Only of these queues, for who may see no others. */
  queues?: readonly string[] | undefined;
}

const LogsQuery = z.strictObject({
  after: z.int().min(0).default(0),
  limit: z.int().min(1).max(1_000).default(100),
});

function positionAfter(text: string | undefined): JobPosition {
  const position = text === undefined ? BEGINNING : readJobPosition(text);
  return position ?? refusePosition();
}

function refusePosition(): never {
  const message = 'takes the id of an event that came';
  throw new z.ZodError([{ code: 'custom', path: ['after'], message, input: undefined }]);
}

export interface Enqueued {
  id: string;
  /** False when an unfinished job held the key: `id` is then that job's. */
  created: boolean;
}

export interface Queue extends QueueOperations {
  /**
   * Stores the input as it is given; the worker parses it, so that defaults and transforms apply once.
   *
   * @throws {z.ZodError} that names the field, when the input does not fit the contract or an option is out of bounds
   */
  enqueue<Contract extends JobContract>(
    contract: Contract,
    input: JobInput<Contract>,
    options?: EnqueueOptions,
  ): Promise<Enqueued>;
  /**
   * Enqueues all of them in one statement: all, or none.
   *
   * @returns their ids, in the order of the inputs
   * @throws {z.ZodError} as `enqueue`; its path begins with the input's index
   */
  enqueueMany<Contract extends JobContract>(
    contract: Contract,
    inputs: readonly JobInput<Contract>[],
    options?: EnqueueManyOptions,
  ): Promise<string[]>;
  /** How many live workers take jobs of this type from a queue, the one that asks among them. */
  countWorkers(contract: JobContract, queue: string): Promise<number>;
  /** Reads a job. @returns null where there is none */
  get(id: string): Promise<JobResource | null>;
  /**
   * Follows jobs until all of them have ended: gives how they stand, in the order of the ids, at first and whenever that
   * has changed. It polls: 50 times a second at first, and less often the longer it takes, down to twice a second. While
   * the database is gone it goes on trying.
   *
   * @throws {z.ZodError} when an id is no UUID; {Error} when there is no such job; the signal's reason once it is aborted
   */
  follow(ids: readonly string[], options?: WaitOptions): AsyncGenerator<JobStanding[], void, undefined>;
  /** Waits until all of the jobs have ended, however they did. @returns how, in the order of the ids. @throws as `follow` */
  settled(ids: readonly string[], options?: WaitOptions): Promise<JobStanding[]>;
  /**
   * Cancels a job that waits, and tells a running one to end: its handler's signal is aborted within a second, wherever
   * it runs, and the job ends as cancelled, at the latest when the handler's grace is over; unless it has completed before
   * it hears of it.
   *
   * @param id a UUID
   * @throws {z.ZodError} when it is none
   * @returns `cancelled`: it is. `requested`: it runs, and is told. `completed` or `failed`: it had ended. Null: there is none
   */
  cancel(id: string): Promise<'cancelled' | 'requested' | 'completed' | 'failed' | null>;
  /**
   * Reads what a job's handler has logged, from level info up, in the order in which it was written. A line that was
   * logged as the database failed may be there twice.
   *
   * @param id a UUID
   * @throws {z.ZodError} when the id, or an option, is out of bounds
   */
  logs(id: string, options?: LogsOptions): Promise<JobLogLine[]>;
  /**
   * Follows a job until it has ended: each line of its log once, each status that it is seen in, four times a second, and
   * how far it has come. What has been told is not told again to who goes on after it. While the database is gone, nothing
   * happens.
   *
   * @param id a UUID
   * @returns null where there is no such job; `over` where it has ended, and nothing comes after `after`
   * @throws {z.ZodError} when the id is no UUID, or `after` is of no news
   */
  jobEvents(id: string, options: JobEventsOptions): Promise<JobNewsStream>;
  /**
   * Follows all jobs, or those of a queue, or a type, from now on or after some news: once a second, each change of status that
   * is seen then, once. It sees the 5,000 newest jobs, and 1,000 that run (docs/adr/0025-feed-of-all-jobs.md).
   *
   * @throws {z.ZodError} when `after` is of no news
   */
  events(options: FeedOptions): Promise<AsyncGenerator<FeedNews, void, undefined>>;
  /** From now on nothing of this queue is begun; what runs goes on. What is enqueued waits for `resume`. */
  pause(queue: string): Promise<void>;
  resume(queue: string): Promise<void>;
  /** Since when the queue is paused; null where it is not. */
  pausedSince(queue: string): Promise<Date | null>;
  /** Waits until what was enqueued has been announced, at most 5 s. Call it before the client is closed. */
  close(): Promise<void>;
}

/** Single enqueues that go in one statement at most. */
const SINGLES_AT_ONCE = 500;

const isDue = ({ runAt }: JobSettings) => runAt === undefined || runAt.getTime() <= Date.now();

/**
 * The enqueuing side of orq. It holds no connection of its own.
 *
 * @example
 * const queue = createQueue({ sql });
 * await queue.enqueue(cutAnalysis, { video_asset_id }, { tx, priority: -10 });
 *
 * @throws {z.ZodError} when maxRetries is not from 0 to 999
 */
export function createQueue({ sql, maxRetries = 3, pollOnly = false }: QueueOptions): Queue {
  const defaultAttempts = MaxRetries.parse(maxRetries) + 1;
  const doorbell = createDoorbell(sql);
  const onOwn = queryOn(sql);
  const followed = createJobFollower(sql);
  const feed = createFeedFollower(sql);
  const ring = (name: string) => (pollOnly ? undefined : doorbell.ring(name));

  const rings = (settings: JobSettings) => !pollOnly && isDue(settings);

  function ringFor(settings: JobSettings): void {
    if (rings(settings)) doorbell.ring(settings.queue);
  }

  async function insert(jobs: readonly KeyedJobDraft[], ringing: boolean): Promise<Set<string>> {
    const inserted = await insertKeyedJobs(onOwn, jobs, ringing);
    if (!ringing) for (const { id, settings } of jobs) if (inserted.has(id)) ringFor(settings);
    return inserted;
  }

  /** Enqueues that come one by one, together where they come together: one commit for all of them. */
  const singles = createBatcher<KeyedJobDraft, boolean>({
    maxItems: SINGLES_AT_ONCE,
    maxInFlight: 2,
    async run(jobs) {
      const [first, ...others] = jobs;
      const isLone = first !== undefined && others.length === 0 && rings(first.settings);
      const inserted = await (isLone
        ? doorbell.ringWith((ringing) => insert(jobs, ringing))
        : insert(jobs, false));
      return jobs.map(({ id }) => inserted.has(id));
    },
  });

  async function insertOne(tx: Transaction | undefined, job: KeyedJobDraft): Promise<boolean> {
    if (!tx) return singles.add(job);
    const query = queryOn(tx);
    const inserted = (await insertKeyedJobs(query, [job])).has(job.id);
    if (inserted && rings(job.settings)) await ringInside(query, job.settings.queue);
    return inserted;
  }

  async function insertMany(tx: Transaction | undefined, jobs: readonly JobDraft[], settings: JobSettings) {
    const query = tx ? queryOn(tx) : onOwn;
    await insertJobs(query, jobs, settings);
    if (!tx) ringFor(settings);
    else if (rings(settings)) await ringInside(query, settings.queue);
  }

  const follow = (ids: readonly string[], { signal }: WaitOptions = {}) =>
    followJobs(sql, z.array(z.uuid()).parse(ids), signal);

  return {
    ...createOperations({ sql, ring }),
    async enqueue(contract, input, { tx, ...options } = {}) {
      const { uniqueKey, maxAttempts = defaultAttempts, ...given } = JobOptions.parse(options);
      contract.input.parse(input);
      const settings = { ...given, jobType: contract.type, maxAttempts };
      const job = { id: newJobId(), payload: jsonText(input), uniqueKey, settings };
      // Between a refused insert and the look for who holds the key, that job may end: then the key is free again.
      for (;;) {
        if (await insertOne(tx, job)) return { id: job.id, created: true };
        const holder = uniqueKey && (await findKeyHolder(tx ? queryOn(tx) : onOwn, contract.type, uniqueKey));
        if (holder) return { id: holder, created: false };
      }
    },

    async enqueueMany(contract, inputs, { tx, ...options } = {}) {
      const { maxAttempts = defaultAttempts, ...given } = BatchOptions.parse(options);
      z.array(contract.input).parse(inputs);
      const jobs = inputs.map((input, index) => ({ id: newJobId(), payload: jsonText(input, [index]) }));
      if (jobs.length > 0) await insertMany(tx, jobs, { ...given, jobType: contract.type, maxAttempts });
      return jobs.map((job) => job.id);
    },

    countWorkers: async ({ type }, name) => countLiveWorkers(sql, type, QueueName.parse(name)),
    get: (id) => readJob(sql, id),
    follow,
    async settled(ids, options) {
      let jobs: JobStanding[] = [];
      for await (const standing of follow(ids, options)) jobs = standing;
      return jobs;
    },
    cancel: async (id) => cancelJob(sql, z.uuid().parse(id)),
    logs: async (id, options = {}) => readJobLogs(sql, z.uuid().parse(id), LogsQuery.parse(options)),
    jobEvents: async (id, { after, signal }) =>
      followed.follow(z.uuid().parse(id), { after: positionAfter(after), signal }),
    async events({ after, ...options }) {
      const position = after === undefined ? undefined : (readFeedPosition(after) ?? refusePosition());
      return (await feed.follow({ ...options, after: position })) ?? refusePosition();
    },
    pause: (name) => pauseQueue(sql, QueueName.parse(name)),
    async resume(name) {
      await resumeQueue(sql, QueueName.parse(name));
      ring(name);
    },
    pausedSince: (name) => pausedSince(sql, QueueName.parse(name)),
    close: () => doorbell.settled(),
  };
}
