import {
  type AttemptPage,
  Cursor,
  DEFAULT_ATTEMPTS_A_PAGE,
  DEFAULT_JOBS_A_PAGE,
  DEFAULT_LINES_A_PAGE,
  DEFAULT_QUEUES_A_PAGE,
  DEFAULT_WORKERS_A_PAGE,
  JobFilter,
  type JobPage,
  type LogPage,
  MOST_ATTEMPTS_A_PAGE,
  MOST_JOBS_A_PAGE,
  MOST_LINES_A_PAGE,
  MOST_QUEUES_A_PAGE,
  MOST_WORKERS_A_PAGE,
  pageLimit,
  type QueuePage,
  type WorkerPage,
} from '@orq/contracts';
import type { Sql } from '@orq/db';
import { z } from 'zod';
import { ringInside } from './doorbell.ts';
import { JobOptions, QueueName } from './enqueue-options.ts';
import { cursorOf, readCursor } from './page-cursor.ts';
import { readJobAttempts } from './sql/attempts.ts';
import { deleteJob } from './sql/delete.ts';
import { type JobListing, listJobs } from './sql/list-jobs.ts';
import { listQueues } from './sql/list-queues.ts';
import { listWorkers } from './sql/list-workers.ts';
import { readJobLogs } from './sql/logs.ts';
import { type Reschedule, type Rescheduled, rescheduleJob } from './sql/reschedule.ts';
import { type Retried, retryJob } from './sql/retry.ts';
import { queryOn, type Transaction } from './transaction.ts';

export interface PageOptions {
  /** The `next_cursor` of the page before. Default: from the first. */
  cursor?: string | undefined;
  /** Most of a page: 1 to 200. Default: 50 jobs or attempts, 100 of what is smaller; of lines, up to 1,000. */
  limit?: number | undefined;
}

/** A page of what is of some queues, for who may see no others. */
export interface QueuesPageOptions extends PageOptions {
  /** Default: all. */
  queues?: readonly string[] | undefined;
}

export interface RetryOptions {
  /** The transaction in which the job is retried. */
  tx?: Transaction;
  /** A job that has ended since then is left as it is, and counts as `unfinished`. */
  endedBefore?: Date;
}

/** What people do with jobs and queues, and what they look at. */
export interface QueueOperations {
  /**
   * Lists jobs, the newest first: each that was there when the first page was read, and is not deleted, comes once,
   * whatever is enqueued meanwhile. A page looks at 10,000 jobs at most, and may be short, or empty, while there are more.
   *
   * @throws {z.ZodError} that names what is out of bounds of the filter, or the page
   */
  list(filter?: JobFilter, page?: QueuesPageOptions): Promise<JobPage>;
  /**
   * Goes through all pages of such a list. `next` is the id that the walk has come to; null with the last page.
   *
   * @param options.before a UUID: only jobs whose ids come before it, so that were made before that job
   * @param options.queues only of these; undefined: of all
   * @throws {z.ZodError} as `list`
   */
  pages(
    filter: JobFilter,
    options: { before: string; queues?: readonly string[] | undefined },
  ): AsyncGenerator<JobListing, void, undefined>;
  /**
   * Has a job run again that has failed, or was cancelled: at once, under its own id, with its attempts counted on. One whose
   * attempts are used up gets one more; a deadline that has passed no longer counts, and its unique key is gone.
   *
   * @param id a UUID
   * @throws {z.ZodError} when it is none
   * @returns `completed` and `unfinished`: it stands so, and nothing was done. Null: there is no such job
   */
  retry(id: string, options?: RetryOptions): Promise<Retried['outcome'] | null>;
  /**
   * Gives a job that waits another time or priority.
   *
   * @param id a UUID
   * @throws {z.ZodError} when the id, the time or the priority is out of bounds
   * @returns what holds now, or how it stands instead of waiting. Null: there is no such job
   */
  reschedule(id: string, to: Reschedule): Promise<Rescheduled | null>;
  /**
   * Deletes a job that has ended, with its attempts and its log.
   *
   * @param id a UUID
   * @throws {z.ZodError} when it is none
   * @returns `unfinished`: it has not ended. Null: there is no such job
   */
  delete(id: string): Promise<'deleted' | 'unfinished' | null>;
  /**
   * Lists the attempts of a job that did not complete, the latest first; none where there is no such job.
   *
   * @param id a UUID
   * @throws {z.ZodError} that names what is out of bounds
   */
  listAttempts(id: string, page?: PageOptions): Promise<AttemptPage>;
  /** Lists what a job's handler has logged, in its order. @throws as `listAttempts` */
  listLogs(id: string, page?: PageOptions): Promise<LogPage>;
  /**
   * Lists queues by name: all that have a job which has not ended, are paused, have a live worker, or have settled something
   * in the last minutes.
   *
   * @throws {z.ZodError} that names what is out of bounds of the page
   */
  listQueues(page?: QueuesPageOptions): Promise<QueuePage>;
  /** Lists workers that are registered, the newest first. @throws as `listQueues` */
  listWorkers(page?: PageOptions): Promise<WorkerPage>;
}

interface OperationsDeps {
  sql: Sql;
  /** Tells workers that a queue has something for them. */
  ring(queue: string): void;
}

const pageOf = (byDefault: number, most: number) =>
  z.strictObject({ cursor: Cursor.optional(), limit: pageLimit(byDefault, most).default(byDefault) });

const JobsPage = pageOf(DEFAULT_JOBS_A_PAGE, MOST_JOBS_A_PAGE);
const AttemptsPage = pageOf(DEFAULT_ATTEMPTS_A_PAGE, MOST_ATTEMPTS_A_PAGE);
const LinesPage = pageOf(DEFAULT_LINES_A_PAGE, MOST_LINES_A_PAGE);
const QueuesPage = pageOf(DEFAULT_QUEUES_A_PAGE, MOST_QUEUES_A_PAGE);
const WorkersPage = pageOf(DEFAULT_WORKERS_A_PAGE, MOST_WORKERS_A_PAGE);

/** A number as a cursor has it. */
const place = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

/** A page of what was read one longer than it: what is beyond tells that there is more. */
function pageFrom<Item>(read: readonly Item[], limit: number, placeOf: (item: Item) => string) {
  const data = read.slice(0, limit);
  const last = data.at(-1);
  return { data, next_cursor: last !== undefined && read.length > limit ? cursorOf(placeOf(last)) : null };
}

const RescheduleTo = z.strictObject({
  runAt: JobOptions.shape.runAt,
  priority: JobOptions.shape.priority.unwrap().optional(),
});

export function createOperations({ sql, ring }: OperationsDeps): QueueOperations {
  return {
    async list(filter = {}, { queues, ...page } = {}) {
      const { cursor, limit } = JobsPage.parse(page);
      const before = cursor === undefined ? undefined : readCursor(z.uuid(), cursor);
      const { jobs, next } = await listJobs(sql, { ...JobFilter.parse(filter), queues }, { before, limit });
      return { data: jobs, next_cursor: next === null ? null : cursorOf(next) };
    },

    async *pages(filter, options) {
      const wanted = { ...JobFilter.parse(filter), queues: options.queues };
      for (let before: string | null = z.uuid().parse(options.before); before !== null;) {
        const listing: JobListing = await listJobs(sql, wanted, { before, limit: MOST_JOBS_A_PAGE });
        yield listing;
        before = listing.next;
      }
    },

    async retry(id, { tx, endedBefore } = {}) {
      const query = queryOn(tx ?? sql);
      const retried = await retryJob(query, z.uuid().parse(id), endedBefore?.toISOString() ?? null);
      if (retried?.outcome === 'retried') await (tx ? ringInside(query, retried.queue) : ring(retried.queue));
      return retried?.outcome ?? null;
    },

    async reschedule(id, to) {
      const rescheduled = await rescheduleJob(sql, z.uuid().parse(id), RescheduleTo.parse(to));
      if (rescheduled?.outcome === 'rescheduled') ring(rescheduled.queue);
      return rescheduled;
    },

    delete: (id) => deleteJob(sql, z.uuid().parse(id)),

    async listAttempts(id, page = {}) {
      const { cursor, limit } = AttemptsPage.parse(page);
      const before = cursor === undefined ? 32_768 : readCursor(place, cursor);
      const read = await readJobAttempts(sql, z.uuid().parse(id), { before, limit: limit + 1 });
      return pageFrom(read, limit, ({ attempt }) => String(attempt));
    },

    async listLogs(id, page = {}) {
      const { cursor, limit } = LinesPage.parse(page);
      const after = cursor === undefined ? 0 : readCursor(place, cursor);
      const read = await readJobLogs(sql, z.uuid().parse(id), { after, limit: limit + 1 });
      return pageFrom(read, limit, (line) => String(line.id));
    },

    async listQueues({ queues, ...page } = {}) {
      const { cursor, limit } = QueuesPage.parse(page);
      const after = cursor === undefined ? '' : readCursor(QueueName, cursor);
      return pageFrom(await listQueues(sql, { queues, after, limit: limit + 1 }), limit, ({ name }) => name);
    },

    async listWorkers(page = {}) {
      const { cursor, limit } = WorkersPage.parse(page);
      const before = cursor === undefined ? undefined : readCursor(z.uuid(), cursor);
      return pageFrom(await listWorkers(sql, { before, limit: limit + 1 }), limit, ({ id }) => id);
    },
  };
}
