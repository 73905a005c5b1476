import { DEFAULT_QUEUE } from '@orq/contracts';
import { z } from 'zod';
import { isStorable } from './json-text.ts';
import { RetryPolicySchema } from './retry-policy.ts';

const text = (maxLength: number) =>
  z.string().min(1).max(maxLength).refine(isStorable, 'PostgreSQL cannot store a NUL character in text');

export const QueueName = text(100);

/** In ms. Timers take no more than 2^31 - 1, which is 24 days. */
export const Timeout = z.int().min(1).max(2_147_483_647);

const time = z.date().min(new Date(0)).max(new Date('9999-12-31'));

/** What all jobs of one call share. Strict: an option that is misspelt would otherwise count for nothing. */
export const BatchOptions = z.strictObject({
  queue: QueueName.default(DEFAULT_QUEUE),
  priority: z.int().min(-32_768).max(32_767).default(0),
  runAt: time.optional(),
  maxAttempts: z.int().min(1).max(1_000).optional(),
  tags: z.array(text(100)).max(50).default([]),
  timeoutMs: Timeout.optional(),
  deadline: time.optional(),
  retry: RetryPolicySchema.optional(),
  concurrencyKey: text(500).optional(),
  concurrencyLimit: z.int().min(1).max(1_000).default(1),
});

/** A key is one job's. */
export const JobOptions = BatchOptions.extend({ uniqueKey: text(500).optional() });

/** Retries after the first attempt, so that with it there are 1 to 1,000. */
export const MaxRetries = z.int().min(0).max(999);
