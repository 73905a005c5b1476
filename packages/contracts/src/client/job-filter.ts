import type { JobFilter as WireFilter } from '../resources/job-list.ts';
import type { JobStatus } from '../resources/job.ts';

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

/** The filter as the wire has it. Each field is named, so that none can be missed here. */
export const filterOf = (filter: JobFilter): { [Name in keyof Required<WireFilter>]: WireFilter[Name] } => ({
  status: filter.status === undefined ? undefined : ([filter.status].flat() as JobStatus[]),
  type: filter.type,
  queue: filter.queue,
  tag: filter.tag,
  created_after: filter.createdAfter?.toISOString(),
  created_before: filter.createdBefore?.toISOString(),
  error: filter.error,
});
