import { z } from 'zod';
import { Cursor, NextCursor, pageLimit } from './page.ts';
import { text, timestamp } from './text.ts';

export const QueueName = text(100);

/** Where a job goes that says nothing of a queue. */
export const DEFAULT_QUEUE = 'default';
/** Where the jobs go that uploads enqueue. */
export const VIDEO_QUEUE = 'default';

export const QueueParams = z.object({ name: QueueName.meta({ examples: ['default'] }) });

export const QueuePause = z
  .object({
    name: z.string(),
    paused_at: timestamp.nullable().describe('Since when; null where it is not paused.'),
  })
  .meta({ id: 'QueuePause', examples: [{ name: 'video', paused_at: '2026-11-05T09:30:00.000Z' }] });
export type QueuePause = z.infer<typeof QueuePause>;

const count = z.int().min(0);

/** How a queue stands. */
export const QueueResource = QueuePause.extend({
  workers: count.describe('Live workers that take jobs from it.'),
  pending: count.describe('Jobs that are due and wait. Counted up to 100,000 for each priority.'),
  deferred: count.describe('Jobs that wait for their time. Counted up to 100,000 for each priority.'),
  processing: count,
  oldest_age_ms: count
    .nullable()
    .describe('How long the oldest job that is due has been; null where none is.'),
  completed_per_minute: count.describe('Jobs that completed in the last minute, until ten seconds ago.'),
  failed_per_minute: count.describe('Jobs that failed for good in it.'),
}).meta({
  id: 'Queue',
  examples: [
    {
      name: 'video',
      paused_at: null,
      workers: 2,
      pending: 12,
      deferred: 3,
      processing: 4,
      oldest_age_ms: 8_400,
      completed_per_minute: 31,
      failed_per_minute: 0,
    },
  ],
});
export type QueueResource = z.infer<typeof QueueResource>;

export const DEFAULT_QUEUES_A_PAGE = 100;
export const MOST_QUEUES_A_PAGE = 200;

export const QueueListQuery = z.strictObject({
  cursor: Cursor.optional(),
  limit: pageLimit(DEFAULT_QUEUES_A_PAGE, MOST_QUEUES_A_PAGE),
});

export const QueuePage = z
  .object({ data: z.array(QueueResource).describe('By name.'), next_cursor: NextCursor })
  .meta({ id: 'QueuePage', examples: [{ data: [], next_cursor: null }] });
export type QueuePage = z.infer<typeof QueuePage>;
