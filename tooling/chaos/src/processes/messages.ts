import { z } from 'zod';

/** A cancel that the enqueuer has asked for. Times are in ms since 1970. */
export const Cancel = z.object({
  id: z.uuid(),
  n: z.int(),
  /** When it was asked for first. */
  askedAt: z.number(),
  answeredAt: z.number(),
  /** Null where the queue says that there is no such job; `unanswered` where it never said anything. */
  answer: z.enum(['cancelled', 'requested', 'completed', 'failed', 'unanswered']).nullable(),
  /** How often it was asked for: an answer that was lost tells nothing. */
  tries: z.int(),
});
export type Cancel = z.infer<typeof Cancel>;

/** What the enqueuer tells of a call without a transaction; `unknown`: its answer was lost, or it was refused. */
export const EnqueuerMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('acknowledged'), jobs: z.array(z.object({ id: z.uuid(), n: z.int() })) }),
  z.object({ kind: z.literal('unknown'), ns: z.array(z.int()) }),
  z.object({ kind: z.literal('cancel'), cancel: Cancel }),
]);
export type EnqueuerMessage = z.infer<typeof EnqueuerMessage>;

/** Has a worker block its event loop for so long. */
export const WorkerOrder = z.object({ blockMs: z.int() });
export type WorkerOrder = z.infer<typeof WorkerOrder>;
