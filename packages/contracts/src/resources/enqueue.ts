import { z } from 'zod';
import { Json } from './json.ts';
import { JobType } from '../define-job.ts';
import { anyTimestamp, text } from './text.ts';

/** Most jobs of one batch. */
export const MAX_BATCH_JOBS = 1_000;
/** Longest unique or concurrency key, in characters. */
export const MAX_KEY_LENGTH = 500;

const MONTH_MS = 30 * 24 * 3_600_000;
const delayMs = z.number().min(0).max(MONTH_MS);

export const RetryPolicy = z
  .union([
    z.strictObject({ delay_ms: delayMs.describe('Always as long.') }),
    z.strictObject({
      base_ms: delayMs.optional().describe('The first delay; it doubles with each attempt.'),
      max_ms: delayMs.optional().describe('The longest delay.'),
    }),
  ])
  .meta({
    id: 'RetryPolicy',
    description: 'When a failed attempt is followed by another. By default as the handler says.',
    examples: [{ delay_ms: 5_000 }, { base_ms: 1_000, max_ms: 60_000 }],
  });
export type RetryPolicy = z.infer<typeof RetryPolicy>;

/** What a job may say of itself beside its input. */
export const EnqueueSettings = z.strictObject({
  queue: text(100).optional().describe('Default: `default`.'),
  priority: z.int().min(-32_768).max(32_767).optional().describe('Lower runs first. Default 0.'),
  run_at: anyTimestamp.optional().describe('Not before this time.'),
  unique_key: text(MAX_KEY_LENGTH)
    .optional()
    .describe('While an unfinished job of its type holds the key, no second one is made.'),
  concurrency_key: text(MAX_KEY_LENGTH)
    .optional()
    .describe('Of all jobs with the key, `concurrency_limit` run at once, in their order.'),
  concurrency_limit: z.int().min(1).max(1_000).optional().describe('Default 1: one after the other.'),
  max_attempts: z.int().min(1).max(1_000).optional().describe('Attempts in all. Default: as the api is set.'),
  timeout_ms: z.int().min(1).max(2_147_483_647).optional().describe('How long an attempt may take, in ms.'),
  deadline: anyTimestamp.optional().describe('After this time the job has failed.'),
  retry: RetryPolicy.optional(),
  tags: z.array(text(100)).max(50).optional().describe('To find it by.'),
});
export type EnqueueSettings = z.input<typeof EnqueueSettings>;

export const EnqueueRequest = EnqueueSettings.extend({
  type: JobType,
  input: Json.describe('What the contract of the job type takes.'),
}).meta({
  id: 'EnqueueRequest',
  examples: [
    { type: 'word_count', input: { text: 'one two three' } },
    {
      type: 'word_count',
      input: { text: 'one two three' },
      queue: 'reports',
      priority: -10,
      run_at: '2026-11-05T09:30:00Z',
      unique_key: 'report-2026-11',
      tags: ['newsletter'],
    },
  ],
});
export type EnqueueRequest = z.input<typeof EnqueueRequest>;

export const EnqueueResult = z
  .object({
    id: z.uuid(),
    created: z
      .boolean()
      .describe('False when an unfinished job held the `unique_key`: `id` is then that job’s.'),
  })
  .meta({
    id: 'EnqueueResult',
    examples: [{ id: '0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69', created: true }],
  });
export type EnqueueResult = z.infer<typeof EnqueueResult>;

export const EnqueueManyRequest = z
  .strictObject({ jobs: z.array(EnqueueRequest).min(1).max(MAX_BATCH_JOBS) })
  .meta({
    id: 'EnqueueManyRequest',
    examples: [
      {
        jobs: [
          { type: 'word_count', input: { text: 'one two' } },
          { type: 'word_count', input: { text: 'three' }, priority: 5 },
        ],
      },
    ],
  });
export type EnqueueManyRequest = z.input<typeof EnqueueManyRequest>;

export const EnqueueManyResult = z
  .object({ jobs: z.array(EnqueueResult).describe('In the order of the request.') })
  .meta({
    id: 'EnqueueManyResult',
    examples: [{ jobs: [{ id: '0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69', created: true }] }],
  });
export type EnqueueManyResult = z.infer<typeof EnqueueManyResult>;
