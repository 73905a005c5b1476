import { z } from 'zod';
import { defineJob } from '../define-job.ts';
import { JobFilter } from '../resources/job-list.ts';
import { QueueName } from '../resources/queue.ts';

const count = z.int().min(0);

/** What is done to jobs in bulk: to those of the filter where it can be done at all, whatever statuses that names. */
export const BulkRequest = z
  .strictObject({
    action: z
      .enum(['cancel', 'retry'])
      .describe('`cancel`: those that have not ended. `retry`: those that have failed, or were cancelled.'),
    filter: JobFilter.describe('Which jobs. `{}`: all that were there before the call.'),
  })
  .meta({
    id: 'BulkRequest',
    examples: [{ action: 'retry', filter: { status: ['failed'], type: 'word_count' } }],
  });
export type BulkRequest = z.infer<typeof BulkRequest>;

/**
 * Cancels or retries all jobs of a filter that were made before it. Enqueued by the api alone, for who may operate. An attempt of it
 * that fails is begun anew, and does nothing twice; but it counts anew.
 */
export const bulk = defineJob({
  type: 'bulk',
  input: BulkRequest.extend({
    /** Of these queues alone: those of the key that it was asked with. Default: of all. */
    queues: z.array(QueueName).optional(),
  }),
  output: z.object({
    /** Jobs that it was to be done to. */
    matched: count,
    /** Those that were cancelled, or retried; of those that run, that were told to end. */
    changed: count,
    /** Those that stood otherwise by the time it came to them. */
    unchanged: count,
  }),
});
