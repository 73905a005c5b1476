import { defineJob } from '@orq/contracts';
import { z } from 'zod';

/** Work that leaves the event loop of its process no turn. */
export const block = defineJob({
  type: 'block',
  input: z.object({ blockMs: z.int() }),
  output: z.object({ by: z.int() }),
});
