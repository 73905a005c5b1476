import { z } from 'zod';

/** What the enqueuer tells of a call without a transaction; `unknown`: its answer was lost, or it was refused. */
export const EnqueuerMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('acknowledged'), jobs: z.array(z.object({ id: z.uuid(), n: z.int() })) }),
  z.object({ kind: z.literal('unknown'), ns: z.array(z.int()) }),
]);
export type EnqueuerMessage = z.infer<typeof EnqueuerMessage>;
