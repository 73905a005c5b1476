import { z } from 'zod';
import { JobType } from '../define-job.ts';
import { exampleJob, JobStatus } from './job.ts';
import { text, timestamp } from './text.ts';

const event_id = z.string().describe('Where a stream goes on after this event: send it as `Last-Event-ID`.');
const example = '0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69|1042:1042:';

export const FeedStatusEvent = z
  .object({
    type: z.literal('status'),
    event_id,
    job_id: z.uuid(),
    job_type: z.string(),
    queue: z.string(),
    status: JobStatus,
    attempt: z.int().min(0),
    at: timestamp,
  })
  .meta({
    id: 'FeedStatusEvent',
    examples: [
      {
        type: 'status',
        event_id: example,
        job_id: exampleJob.id,
        job_type: 'word_count',
        queue: 'default',
        status: 'completed',
        attempt: 1,
        at: exampleJob.updated_at,
      },
    ],
  });

export const FeedGapEvent = z
  .object({ type: z.literal('gap'), event_id })
  .meta({ id: 'FeedGapEvent', examples: [{ type: 'gap', event_id: example }] });

/** What befalls all jobs. Clients pass over types that they do not know: more may come. */
export const FeedEvent = z
  .discriminatedUnion('type', [FeedStatusEvent, FeedGapEvent])
  .meta({ id: 'FeedEvent' });
export type FeedEvent = z.infer<typeof FeedEvent>;

export const FeedQuery = z.strictObject({
  queue: text(100).optional().describe('Only of this queue.'),
  type: JobType.optional().describe('Only of this job type.'),
});

export const FeedHeaders = z.object({
  'last-event-id': z
    .string()
    .min(1)
    .max(6_000)
    .optional()
    .describe('The `event_id` of the last event that came.'),
});
