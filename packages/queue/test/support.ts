import { defineJob, type JobResource } from '@orq/contracts';
import { connect, type Sql } from '@orq/db';
import { createTestDatabase, waitFor } from '@orq/testing';
import { z } from 'zod';
import { createQueue, type Queue, type QueueOptions } from '../src/index.ts';

/** A job type for tests: gives back what it was given. */
export const echo = defineJob({
  type: 'echo',
  input: z.object({ text: z.string() }),
  output: z.object({ text: z.string() }),
});

export interface TestQueue extends AsyncDisposable {
  url: string;
  sql: Sql;
  queue: Queue;
  /** Waits until the job has one of the statuses. */
  until(id: string, ...statuses: JobResource['status'][]): Promise<JobResource>;
}

/** A queue on a migrated database of its own. */
export async function openTestQueue(options: Omit<QueueOptions, 'sql'> = {}): Promise<TestQueue> {
  const database = await createTestDatabase();
  const sql = connect(database.url, { max: 5 });
  const queue = createQueue({ sql, ...options });
  return {
    url: database.url,
    sql,
    queue,
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
    async [Symbol.asyncDispose]() {
      await queue.close();
      await sql.end({ timeout: 5 });
      await database.drop();
    },
  };
}
