import { defineJob, type JobResource } from '@orq/contracts';
import { connect, type Sql } from '@orq/db';
import { borrowTestDatabase, waitFor } from '@orq/testing';
import { z } from 'zod';
import {
  createQueue,
  createWorker,
  defineHandler,
  type Queue,
  type QueueOptions,
  type Worker,
  type WorkerOptions,
} from '../../src/index.ts';

/** A job type for tests: gives back what it was given. */
export const echo = defineJob({
  type: 'echo',
  input: z.object({ text: z.string() }),
  output: z.object({ text: z.string() }),
});

export const runEcho = defineHandler(echo, async ({ input }) => ({ text: input.text }));

interface FailedAttempt {
  attempt: number;
  outcome: 'failed' | 'lost';
  error: string;
}

export interface TestQueue extends AsyncDisposable {
  url: string;
  sql: Sql;
  queue: Queue;
  /** A worker on this queue, stopped at the end of the test. */
  worker(options: Omit<WorkerOptions, 'sql'> & { sql?: Sql }): Worker;
  /** Waits until the job has one of the statuses. */
  until(id: string, ...statuses: JobResource['status'][]): Promise<JobResource>;
  /** What `job_attempts` holds of a job, in order. */
  failedAttempts(id: string): Promise<FailedAttempt[]>;
}

export interface TestQueueOptions extends Omit<QueueOptions, 'sql'> {
  /** Whether the test leaves its database unfit for another, by more than rows and what is in schema `public`. */
  spoils?: boolean;
}

/** A queue on a migrated database that the test has to itself. */
export async function openTestQueue({
  spoils = false,
  ...options
}: TestQueueOptions = {}): Promise<TestQueue> {
  const database = await borrowTestDatabase({ isNew: spoils });
  const sql = connect(database.url, { max: 5 });
  const queue = createQueue({ sql, ...options });
  const workers: Worker[] = [];
  return {
    url: database.url,
    sql,
    queue,
    worker(workerOptions) {
      const worker = createWorker({ sql, ...workerOptions });
      workers.push(worker);
      return worker;
    },
    async until(id, ...statuses) {
      let job: JobResource | null = null;
      await waitFor(
        async () => {
          job = await queue.get(id);
          return job !== null && statuses.includes(job.status);
        },
        { describe: () => `job to be ${statuses.join(' or ')}, it is ${JSON.stringify(job)}` },
      );
      if (!job) throw new Error(`there is no job ${id}`);
      return job;
    },
    async failedAttempts(id) {
      return sql<FailedAttempt[]>`
        SELECT attempt, outcome, error FROM orq.job_attempts WHERE job_id = ${id} ORDER BY attempt`;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker.stop({ drainMs: 0 })));
      await queue.close();
      await database.giveBack(sql, { isSpoilt: spoils });
    },
  };
}
