import { z } from 'zod';
import { JobStatus } from './job.ts';

/** What `POST /jobs/process` did: it took one job from the queue and ran it, or found none. */
export const ProcessResult = z.discriminatedUnion('processed', [
  z.object({
    processed: z.literal(true),
    job_id: z.uuid(),
    job_type: z.string(),
    status: JobStatus,
    result: z.json().nullable(),
    processing_time_ms: z.int().min(0),
    error: z.string().nullable(),
  }),
  z.object({ processed: z.literal(false), message: z.string() }),
]);
export type ProcessResult = z.infer<typeof ProcessResult>;
