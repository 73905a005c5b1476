import type { JobContract, JobInput, JobResource } from '@orq/contracts';
import type { Sql } from '@orq/db';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { createDoorbell, ringInside } from './doorbell.ts';
import { findKeyHolder, insertJobs } from './sql/enqueue.ts';
import { readJob } from './sql/job.ts';
import { queryOn, type Transaction } from './transaction.ts';

export interface QueueOptions {
  /** A postgres.js client; give the queue one that drizzle does not share. */
  sql: Sql;
  /** Retries after the first attempt, for jobs that say nothing else. Default 3, so four attempts. */
  maxRetries?: number;
}

const EnqueueSettings = z.object({
  queue: z.string().min(1).max(100).default('default'),
  priority: z.int().min(-32_768).max(32_767).default(0),
  runAt: z.date().nullable().default(null),
  maxAttempts: z.int().min(1).max(1_000).optional(),
  tags: z.array(z.string().min(1).max(100)).max(50).default([]),
  uniqueKey: z.string().min(1).max(500).nullable().default(null),
});

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
  /** @throws {z.ZodError} when the input does not fit the contract, or an option is out of its bounds */
  enqueue<Contract extends JobContract>(
    contract: Contract,
    input: JobInput<Contract>,
    options?: EnqueueOptions,
  ): Promise<Enqueued>;
  /** Enqueues all of them in one statement: all, or none. @returns their ids, in the order of the inputs */
  enqueueMany<Contract extends JobContract>(
    contract: Contract,
    inputs: readonly JobInput<Contract>[],
    options?: EnqueueManyOptions,
  ): Promise<string[]>;
  /** Reads a job. @returns null where there is none */
  get(id: string): Promise<JobResource | null>;
  /** Waits until what was enqueued has been announced. Call it before the client is closed. */
  close(): Promise<void>;
}

/**
 * The enqueuing side of orq. It holds no connection of its own.
 *
 * @example
 * const queue = createQueue({ sql });
 * await queue.enqueue(cutAnalysis, { video_asset_id }, { tx, priority: -10 });
 */
export function createQueue({ sql, maxRetries = 3 }: QueueOptions): Queue {
  const doorbell = createDoorbell(sql);

  async function insert<Contract extends JobContract>(
    contract: Contract,
    inputs: readonly JobInput<Contract>[],
    { tx, ...options }: EnqueueOptions,
  ) {
    const { queue, maxAttempts = maxRetries + 1, uniqueKey, ...settings } = EnqueueSettings.parse(options);
    const jobs = inputs.map((input) => ({
      id: uuidv7(),
      payload: contract.input.parse(input),
      uniqueKey,
    }));
    const query = queryOn(tx ?? sql);
    const inserted = await insertJobs(query, {
      queue,
      jobType: contract.type,
      maxAttempts,
      ...settings,
      jobs,
    });
    const dueNow = settings.runAt === null || settings.runAt.getTime() <= Date.now();
    if (inserted.size > 0 && dueNow) {
      if (tx) await ringInside(query, queue);
      else doorbell.ring(queue);
    }
    return { query, jobs, inserted };
  }

  return {
    async enqueue(contract, input, options = {}) {
      // Between a refused insert and the look for who holds the key, that job may end: then the key is free again.
      for (;;) {
        const { query, jobs, inserted } = await insert(contract, [input], options);
        const [job] = jobs;
        if (job && inserted.has(job.id)) return { id: job.id, created: true };
        const holder = await findKeyHolder(query, contract.type, options.uniqueKey ?? '');
        if (holder) return { id: holder, created: false };
      }
    },

    async enqueueMany(contract, inputs, options = {}) {
      if (inputs.length === 0) return [];
      const { jobs } = await insert(contract, inputs, options);
      return jobs.map((job) => job.id);
    },

    get: (id) => readJob(sql, id),
    close: () => doorbell.settled(),
  };
}
