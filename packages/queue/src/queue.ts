import type { JobContract, JobInput, JobResource } from '@orq/contracts';
import type { Sql } from '@orq/db';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { createDoorbell, ringInside } from './doorbell.ts';
import { BatchSettings, JobSettings, MaxRetries } from './enqueue-settings.ts';
import { jsonText } from './json-text.ts';
import { findKeyHolder, insertJobs, type JobDraft } from './sql/enqueue.ts';
import { readJob } from './sql/job.ts';
import { type Query, queryOn, type Transaction } from './transaction.ts';

export interface QueueOptions {
  /** A postgres.js client; give the queue one that drizzle does not share. */
  sql: Sql;
  /** Retries after the first attempt, for jobs that say nothing else. Default 3, so four attempts. */
  maxRetries?: number;
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
}

export interface EnqueueOptions extends EnqueueManyOptions {
  /** While an unfinished job of this type holds the same key, no second one is made. */
  uniqueKey?: string;
}

export interface Enqueued {
  id: string;
  /** False when an unfinished job held the key: `id` is then that job's. */
  created: boolean;
}

export interface Queue {
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
  /** Reads a job. @returns null where there is none */
  get(id: string): Promise<JobResource | null>;
  /** Waits until what was enqueued has been announced, at most 5 s. Call it before the client is closed. */
  close(): Promise<void>;
}

/**
 * The enqueuing side of orq. It holds no connection of its own.
 *
 * @example
 * const queue = createQueue({ sql });
 * await queue.enqueue(cutAnalysis, { video_asset_id }, { tx, priority: -10 });
 *
 * @throws {z.ZodError} when maxRetries is not from 0 to 999
 */
export function createQueue({ sql, maxRetries = 3 }: QueueOptions): Queue {
  const defaultAttempts = MaxRetries.parse(maxRetries) + 1;
  const doorbell = createDoorbell(sql);

  async function insert(
    query: Query,
    tx: Transaction | undefined,
    jobType: string,
    jobs: readonly JobDraft[],
    { maxAttempts = defaultAttempts, ...settings }: BatchSettings,
  ) {
    const inserted = await insertJobs(query, { jobType, maxAttempts, ...settings, jobs });
    const dueNow = settings.runAt === null || settings.runAt.getTime() <= Date.now();
    if (inserted.size > 0 && dueNow) {
      if (tx) await ringInside(query, settings.queue);
      else doorbell.ring(settings.queue);
    }
    return inserted;
  }

  return {
    async enqueue(contract, input, { tx, ...options } = {}) {
      const { uniqueKey, ...settings } = JobSettings.parse(options);
      contract.input.parse(input);
      const job = { id: uuidv7(), payload: jsonText(input), uniqueKey };
      const query = queryOn(tx ?? sql);
      // Between a refused insert and the look for who holds the key, that job may end: then the key is free again.
      for (;;) {
        const inserted = await insert(query, tx, contract.type, [job], settings);
        if (uniqueKey === null || inserted.has(job.id)) return { id: job.id, created: true };
        const holder = await findKeyHolder(query, contract.type, uniqueKey);
        if (holder) return { id: holder, created: false };
      }
    },

    async enqueueMany(contract, inputs, { tx, ...options } = {}) {
      const settings = BatchSettings.parse(options);
      z.array(contract.input).parse(inputs);
      const jobs = inputs.map((input, index) => ({
        id: uuidv7(),
        payload: jsonText(input, [index]),
        uniqueKey: null,
      }));
      if (jobs.length > 0) await insert(queryOn(tx ?? sql), tx, contract.type, jobs, settings);
      return jobs.map((job) => job.id);
    },

    get: (id) => readJob(sql, id),
    close: () => doorbell.settled(),
  };
}
