import { z } from 'zod';
import { Json } from './json.ts';
import { Cursor, NextCursor, pageLimit } from './page.ts';
import { timestamp } from './text.ts';

/** An attempt that did not complete. One that did is told by the job itself. */
export const JobAttempt = z
  .object({
    attempt: z.int().min(1),
    outcome: z
      .enum(['failed', 'lost', 'cancelled'])
      .describe(
        '`failed`: the handler threw. `lost`: its worker died. `cancelled`: it was cancelled while it ran.',
      ),
    worker_id: z.uuid(),
    started_at: timestamp,
    finished_at: timestamp,
    error: z.string(),
  })
  .meta({
    id: 'JobAttempt',
    examples: [
      {
        attempt: 1,
        outcome: 'failed',
        worker_id: '0190f6e1-2a5d-7c40-9b1f-6d7e8f90a1b2',
        started_at: '2026-11-05T09:30:00.012Z',
        finished_at: '2026-11-05T09:30:00.019Z',
        error: 'connect ECONNREFUSED 127.0.0.1:5000',
      },
    ],
  });
export type JobAttempt = z.infer<typeof JobAttempt>;

export const DEFAULT_ATTEMPTS_A_PAGE = 50;
export const MOST_ATTEMPTS_A_PAGE = 200;

export const AttemptsQuery = z.strictObject({
  cursor: Cursor.optional(),
  limit: pageLimit(DEFAULT_ATTEMPTS_A_PAGE, MOST_ATTEMPTS_A_PAGE),
});

export const AttemptPage = z
  .object({ data: z.array(JobAttempt).describe('The latest first.'), next_cursor: NextCursor })
  .meta({ id: 'AttemptPage', examples: [{ data: [], next_cursor: null }] });
export type AttemptPage = z.infer<typeof AttemptPage>;

export const JobLogLine = z
  .object({
    id: z.int().min(1).describe('Lines that were written later have higher ones.'),
    attempt: z.int().min(1),
    at: timestamp,
    level: z.enum(['info', 'warn', 'error']),
    message: z.string(),
    fields: z.record(z.string(), Json).nullable().describe('What was logged beside the message.'),
  })
  .meta({
    id: 'JobLogLine',
    examples: [
      {
        id: 42,
        attempt: 1,
        at: '2026-11-05T09:30:00.012Z',
        level: 'info',
        message: 'counted',
        fields: { words: 3 },
      },
    ],
  });
export type JobLogLine = z.infer<typeof JobLogLine>;

export const DEFAULT_LINES_A_PAGE = 100;
export const MOST_LINES_A_PAGE = 1_000;

export const LogsQuery = z.strictObject({
  cursor: Cursor.optional(),
  limit: pageLimit(DEFAULT_LINES_A_PAGE, MOST_LINES_A_PAGE),
});

export const LogPage = z
  .object({
    data: z.array(JobLogLine).describe('In the order in which they were written.'),
    next_cursor: NextCursor,
  })
  .meta({ id: 'LogPage', examples: [{ data: [], next_cursor: null }] });
export type LogPage = z.infer<typeof LogPage>;
