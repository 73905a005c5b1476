import { z } from 'zod';
import { JobType } from '../define-job.ts';
import { exampleJob, JobResource, JobStatus } from './job.ts';
import { Cursor, NextCursor, pageLimit } from './page.ts';
import { anyTimestamp, text } from './text.ts';

/** Which jobs: those that all of it is true of. Strict, as a filter that is misspelt would mean all jobs. */
export const JobFilter = z
  .strictObject({
    status: z.array(JobStatus).min(1).max(7).optional().describe('One of these.'),
    type: JobType.optional(),
    queue: text(100).optional(),
    tag: text(100).optional().describe('Among its tags.'),
    created_after: anyTimestamp.optional().describe('Created then, or later.'),
    created_before: anyTimestamp.optional().describe('Created earlier.'),
    error: text(200).optional().describe('Part of the last failure, in upper or lower case.'),
  })
  .meta({ id: 'JobFilter', examples: [{ status: ['failed'], type: 'word_count', error: 'timed out' }] });
export type JobFilter = z.infer<typeof JobFilter>;

export const DEFAULT_JOBS_A_PAGE = 50;
export const MOST_JOBS_A_PAGE = 200;

export const JobListQuery = JobFilter.extend({
  cursor: Cursor.optional(),
  limit: pageLimit(DEFAULT_JOBS_A_PAGE, MOST_JOBS_A_PAGE),
});

const { result: _, ...exampleSummary } = exampleJob;

/** A job as lists have it: without its result, which may be large. */
export const JobSummary = JobResource.omit({ result: true }).meta({
  id: 'JobSummary',
  examples: [exampleSummary],
});
export type JobSummary = z.infer<typeof JobSummary>;

export const JobPage = z
  .object({
    data: z
      .array(JobSummary)
      .describe('The newest first. May hold few or none while there is a `next_cursor`: go on from there.'),
    next_cursor: NextCursor,
  })
  .meta({
    id: 'JobPage',
    examples: [{ data: [exampleSummary], next_cursor: 'MDE5MGY2ZTItN2MzYi03YjFhLThlNGUtMWYyZDNjNGI1YTY5' }],
  });
export type JobPage = z.infer<typeof JobPage>;
