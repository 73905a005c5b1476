import { z } from 'zod';
import { Json } from './json.ts';
import { JobStatus } from './job.ts';

/** What `POST /jobs/process` did: it took one job from the queue and ran it, or found none. */
export const ProcessResult = z
  .discriminatedUnion('processed', [
    z.object({
      processed: z.literal(true),
      job_id: z.uuid(),
      job_type: z.string(),
      status: JobStatus,
      result: Json,
      processing_time_ms: z.int().min(0),
      error: z.string().nullable(),
    }),
    z.object({ processed: z.literal(false), message: z.string() }),
  ])
  .meta({
    id: 'ProcessResult',
    examples: [
      {
        processed: true,
        job_id: '0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69',
        job_type: 'word_count',
        status: 'completed',
        result: { words: 3 },
        processing_time_ms: 12,
        error: null,
      },
      { processed: false, message: 'No pending jobs in queue' },
    ],
  });
export type ProcessResult = z.infer<typeof ProcessResult>;
