import { z } from 'zod';
import { anyTimestamp, timestamp } from './text.ts';

export const RescheduleRequest = z
  .strictObject({
    run_at: anyTimestamp.optional().describe('Not before this time. Default: as it is.'),
    priority: z.int().min(-32_768).max(32_767).optional().describe('Lower runs first. Default: as it is.'),
  })
  .refine(({ run_at, priority }) => run_at !== undefined || priority !== undefined, {
    message: 'takes run_at, priority, or both',
  })
  .meta({
    id: 'RescheduleRequest',
    examples: [{ run_at: '2026-11-05T09:30:00Z' }, { priority: -10 }],
  });
export type RescheduleRequest = z.input<typeof RescheduleRequest>;

export const RescheduleResult = z.object({ id: z.uuid(), run_at: timestamp, priority: z.int() }).meta({
  id: 'RescheduleResult',
  examples: [
    { id: '0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69', run_at: '2026-11-05T09:30:00.000Z', priority: -10 },
  ],
});
export type RescheduleResult = z.infer<typeof RescheduleResult>;
