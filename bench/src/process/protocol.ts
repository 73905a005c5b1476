import { z } from 'zod';

/** What the runner asks of a contender's processes: one JSON line each. Times in ms. */
export const Command = z.discriminatedUnion('do', [
  z.object({ do: z.literal('prepare') }),
  z.object({ do: z.literal('bulk'), jobs: z.int(), batch: z.int(), inFlight: z.int() }),
  /** Bulk without end; never more jobs in all than the last `allow` says. */
  z.object({ do: z.literal('feed'), batch: z.int(), inFlight: z.int() }),
  z.object({ do: z.literal('allow'), jobs: z.int() }),
  z.object({ do: z.literal('singles'), loops: z.int(), ms: z.number() }),
  z.object({ do: z.literal('spaced'), samples: z.int(), minGapMs: z.number(), maxGapMs: z.number() }),
  /** `expect`: says when so many are done and recorded. `stamp`: keeps the time at which each job was begun. */
  z.object({ do: z.literal('work'), expect: z.int().optional(), stamp: z.boolean() }),
  z.object({ do: z.literal('end') }),
]);
export type Command = z.infer<typeof Command>;

/** What they answer: one JSON line each. `at`: in ms, by the clock that all processes of a machine share. */
export const Report = z.discriminatedUnion('is', [
  z.object({ is: z.literal('open'), node: z.string(), settings: z.array(z.string()) }),
  z.object({ is: z.literal('prepared') }),
  z.object({ is: z.literal('enqueued'), jobs: z.int(), ms: z.number() }),
  z.object({ is: z.literal('working') }),
  z.object({ is: z.literal('count'), jobs: z.int(), at: z.number() }),
  z.object({ is: z.literal('drained'), beganAt: z.number(), at: z.number() }),
  z.object({ is: z.literal('times'), at: z.array(z.number()) }),
  /** `at[i]`: when job i was begun; null for one that was not. */
  z.object({
    is: z.literal('ended'),
    at: z.array(z.number().nullable()),
    peakBytes: z.number(),
    cpuMs: z.number(),
  }),
]);
export type Report = z.infer<typeof Report>;

/** A clock that all processes of one machine share, in ms. */
export const now = () => Number(process.hrtime.bigint()) / 1e6;
