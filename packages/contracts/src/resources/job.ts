import { z } from 'zod';

/**
 * Where a job stands. `pending`: waits for its first attempt. `processing`: a worker runs it. `retry`: an attempt
 * failed and another is due. `completed`, `failed` and `cancelled` are final. `blocked`: waits for other jobs.
 */
export const JobStatus = z.enum([
  'pending',
  'processing',
  'retry',
  'completed',
  'failed',
  'cancelled',
  'blocked',
]);
export type JobStatus = z.infer<typeof JobStatus>;

const timestamp = z.iso.datetime();

/** A job as a client reads it. `result` has the shape of the job type's output contract. */
export const JobResource = z.object({
  id: z.uuid(),
  job_type: z.string(),
  queue: z.string(),
  status: JobStatus,
  /** Lower runs first. */
  priority: z.int(),
  /** The attempt that runs now or ran last; 0 before the first. */
  attempt: z.int().min(0),
  max_attempts: z.int().min(1),
  /** How far the running attempt has come, 0 to 1; null where the handler reports nothing. */
  progress: z.number().min(0).max(1).nullable(),
  result: z.json().nullable(),
  /** The last failure in words; null where none. */
  error: z.string().nullable(),
  worker_id: z.string().nullable(),
  tags: z.array(z.string()),
  /** The earliest time of the next attempt. */
  run_at: timestamp,
  created_at: timestamp,
  started_at: timestamp.nullable(),
  finished_at: timestamp.nullable(),
  updated_at: timestamp,
});
export type JobResource = z.infer<typeof JobResource>;
