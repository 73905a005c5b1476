import type { JobFilter as WireFilter, JobPage, JobSummary } from '../resources/job-list.ts';
import type { JobStatus } from '../resources/job.ts';
import type { CallOptions, Calls } from './call-types.ts';

/** Which jobs: those that all of it is true of. Default: all jobs. */
export interface JobFilter {
  status?: JobStatus | readonly JobStatus[];
  type?: string;
  queue?: string;
  /** Among its tags. */
  tag?: string;
  /** Created then, or later. */
  createdAfter?: Date;
  /** Created earlier. */
  createdBefore?: Date;
  /** Part of the last failure, in upper or lower case. */
  error?: string;
}

export interface ListOptions extends CallOptions {
  /** Jobs that a page has at most, 1 to 200. Default 50. */
  limit?: number;
  /** Where to begin: the `next_cursor` of a page. Default: with the newest job. */
  cursor?: string;
}

/** Jobs, the newest first, read page by page as they are asked for. */
export interface JobList extends AsyncIterable<JobSummary> {
  /** Page by page. One may be short, or empty, while there are more. */
  pages(): AsyncGenerator<JobPage, void>;
}

/** The filter as the wire has it. Each field is named, so that none can be missed here. */
const filterOf = (filter: JobFilter): { [Name in keyof Required<WireFilter>]: WireFilter[Name] } => ({
  status: filter.status === undefined ? undefined : ([filter.status].flat() as JobStatus[]),
  type: filter.type,
  queue: filter.queue,
  tag: filter.tag,
  created_after: filter.createdAfter?.toISOString(),
  created_before: filter.createdBefore?.toISOString(),
  error: filter.error,
});

export function listJobs(calls: Calls, filter: JobFilter, options: ListOptions): JobList {
  const { limit, cursor: first, ...call } = options;

  async function* pages() {
    for (let cursor: string | null | undefined = first; cursor !== null;) {
      const page: JobPage = await calls.listJobs({ query: { ...filterOf(filter), limit, cursor } }, call);
      yield page;
      cursor = page.next_cursor;
    }
  }

  return {
    pages,
    async *[Symbol.asyncIterator]() {
      for await (const { data } of pages()) yield* data;
    },
  };
}
