import { z } from 'zod';
import { isStorable } from './json-text.ts';

const text = (maxLength: number) =>
  z.string().min(1).max(maxLength).refine(isStorable, 'PostgreSQL cannot store a NUL character in text');

/** What all jobs of one call share. Strict: an option that is misspelt would otherwise count for nothing. */
export const BatchOptions = z.strictObject({
  queue: text(100).default('default'),
  priority: z.int().min(-32_768).max(32_767).default(0),
  runAt: z.date().min(new Date(0)).max(new Date('9999-12-31')).nullable().default(null),
  maxAttempts: z.int().min(1).max(1_000).optional(),
  tags: z.array(text(100)).max(50).default([]),
});

/** A key is one job's. */
export const JobOptions = BatchOptions.extend({ uniqueKey: text(500).nullable().default(null) });

/** Retries after the first attempt, so that with it there are 1 to 1,000. */
export const MaxRetries = z.int().min(0).max(999);
