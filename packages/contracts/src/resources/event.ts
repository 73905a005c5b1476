import { z } from 'zod';
import { Json } from './json.ts';
import { JobStatus } from './job.ts';
import { timestamp } from './text.ts';

const happening = {
  event_id: z.string().describe('Where a stream goes on after this event: send it as `Last-Event-ID`.'),
  job_id: z.uuid(),
  attempt: z.int().min(0),
  at: timestamp,
};

const example = {
  event_id: '1042',
  job_id: '0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69',
  attempt: 1,
  at: '2026-11-05T09:30:00.012Z',
};

export const JobStatusEvent = z
  .object({ type: z.literal('status'), ...happening, status: JobStatus })
  .meta({ id: 'JobStatusEvent', examples: [{ type: 'status', ...example, status: 'processing' }] });
export type JobStatusEvent = z.infer<typeof JobStatusEvent>;

export const JobProgressEvent = z
  .object({ type: z.literal('progress'), ...happening, progress: z.number().min(0).max(1) })
  .meta({ id: 'JobProgressEvent', examples: [{ type: 'progress', ...example, progress: 0.5 }] });
export type JobProgressEvent = z.infer<typeof JobProgressEvent>;

export const JobLogEvent = z
  .object({
    type: z.literal('log'),
    ...happening,
    level: z.enum(['info', 'warn', 'error']),
    message: z.string(),
    fields: z.record(z.string(), Json).nullable(),
  })
  .meta({
    id: 'JobLogEvent',
    examples: [{ type: 'log', ...example, level: 'info', message: 'counted', fields: { words: 3 } }],
  });
export type JobLogEvent = z.infer<typeof JobLogEvent>;

/** What can happen to a job. Clients pass over types that they do not know: more may come. */
export const JobEvent = z
  .discriminatedUnion('type', [JobStatusEvent, JobProgressEvent, JobLogEvent])
  .meta({ id: 'JobEvent' });
export type JobEvent = z.infer<typeof JobEvent>;

export const EventsHeaders = z.object({
  'last-event-id': z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('The `event_id` of the last event that came.'),
});
