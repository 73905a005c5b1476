import { z } from 'zod';
import { Json } from './json.ts';
import { timestamp } from './text.ts';

export const JobStatus = z
  .enum(['pending', 'processing', 'retry', 'completed', 'failed', 'cancelled', 'blocked'])
  .meta({
    id: 'JobStatus',
    description:
      'Where a job stands. `pending`: waits for its first attempt. `processing`: a worker runs it. `retry`: an attempt ' +
      'failed and another is due. `completed`, `failed` and `cancelled` are final. `blocked`: waits for other jobs.',
  });
export type JobStatus = z.infer<typeof JobStatus>;

/** The statuses that a job never leaves by itself. */
export const finalStatuses = ['completed', 'failed', 'cancelled'] as const satisfies readonly JobStatus[];
export type FinalStatus = (typeof finalStatuses)[number];

export const isFinal = (status: JobStatus): status is FinalStatus =>
  (finalStatuses as readonly JobStatus[]).includes(status);

export const exampleJob = {
  id: '0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69',
  job_type: 'word_count',
  queue: 'default',
  status: 'completed',
  priority: 0,
  attempt: 1,
  max_attempts: 4,
  progress: 1,
  result: { words: 3 },
  error: null,
  worker_id: '0190f6e1-2a5d-7c40-9b1f-6d7e8f90a1b2',
  tags: ['newsletter'],
  run_at: '2026-11-05T09:30:00.000Z',
  created_at: '2026-11-05T09:30:00.000Z',
  started_at: '2026-11-05T09:30:00.012Z',
  finished_at: '2026-11-05T09:30:00.019Z',
  updated_at: '2026-11-05T09:30:00.019Z',
};

/** A job as a client reads it. `result` has the shape of the job type's output contract. */
export const JobResource = z
  .object({
    id: z.uuid(),
    job_type: z.string(),
    queue: z.string(),
    status: JobStatus,
    priority: z.int().describe('Lower runs first.'),
    attempt: z.int().min(0).describe('The attempt that runs now or ran last; 0 before the first.'),
    max_attempts: z.int().min(1),
    progress: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .describe('How far the running attempt has come; null where the handler reports nothing.'),
    result: Json.describe('What the job gave, once it has completed.'),
    error: z.string().nullable().describe('The last failure in words; null where none.'),
    worker_id: z.string().nullable(),
    tags: z.array(z.string()),
    run_at: timestamp.describe('The earliest time of the next attempt.'),
    created_at: timestamp,
    started_at: timestamp.nullable(),
    finished_at: timestamp.nullable(),
    updated_at: timestamp,
  })
  .meta({
    id: 'Job',
    examples: [exampleJob],
  });
export type JobResource = z.infer<typeof JobResource>;

export const CancelResult = z
  .object({
    id: z.uuid(),
    outcome: z
      .enum(['cancelled', 'requested', 'completed', 'failed'])
      .describe(
        '`cancelled`: it is. `requested`: it runs, and is told to end. Otherwise it had ended before.',
      ),
  })
  .meta({
    id: 'CancelResult',
    examples: [{ id: '0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69', outcome: 'cancelled' }],
  });
export type CancelResult = z.infer<typeof CancelResult>;

export const RetryResult = z
  .object({ id: z.uuid(), outcome: z.literal('retried') })
  .meta({ id: 'RetryResult', examples: [{ id: exampleJob.id, outcome: 'retried' }] });
export type RetryResult = z.infer<typeof RetryResult>;
