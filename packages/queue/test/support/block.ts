import { defineJob } from '@orq/contracts';
import { z } from 'zod';

/** Work that leaves the event loop of its process no turn, until the file is there. */
export const block = defineJob({
  type: 'block',
  input: z.object({ untilFile: z.string() }),
  output: z.object({ by: z.int() }),
});
