import { z } from 'zod';
import { Cursor, NextCursor, pageLimit } from './page.ts';
import { timestamp } from './text.ts';

/** A worker that is registered. One that ends well takes itself off the list; one that does not is taken off by others. */
export const WorkerResource = z
  .object({
    id: z.uuid(),
    name: z.string().describe('For people: host and process.'),
    version: z.string(),
    queues: z.array(z.string()),
    job_types: z.array(z.string()),
    concurrency: z.int().min(1).describe('Jobs that it runs at once.'),
    processing: z.int().min(0).describe('Jobs that it holds: those that run, and those claimed ahead.'),
    lease_ms: z.int().describe('Without a heartbeat for this long it is dead, and its jobs run elsewhere.'),
    live: z.boolean(),
    started_at: timestamp,
    heartbeat_at: timestamp,
  })
  .meta({
    id: 'Worker',
    examples: [
      {
        id: '0190f6e1-2a5d-7c40-9b1f-6d7e8f90a1b2',
        name: 'host-1:4242',
        version: '0.1.0',
        queues: ['default'],
        job_types: ['cut_analysis', 'word_count'],
        concurrency: 2,
        processing: 1,
        lease_ms: 30_000,
        live: true,
        started_at: '2026-11-05T09:00:00.000Z',
        heartbeat_at: '2026-11-05T09:30:00.000Z',
      },
    ],
  });
export type WorkerResource = z.infer<typeof WorkerResource>;

export const DEFAULT_WORKERS_A_PAGE = 100;
export const MOST_WORKERS_A_PAGE = 200;

export const WorkerListQuery = z.strictObject({
  cursor: Cursor.optional(),
  limit: pageLimit(DEFAULT_WORKERS_A_PAGE, MOST_WORKERS_A_PAGE),
});

export const WorkerPage = z
  .object({ data: z.array(WorkerResource).describe('The newest first.'), next_cursor: NextCursor })
  .meta({ id: 'WorkerPage', examples: [{ data: [], next_cursor: null }] });
export type WorkerPage = z.infer<typeof WorkerPage>;
