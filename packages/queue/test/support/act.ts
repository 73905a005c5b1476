import { defineJob } from '@orq/contracts';
import { z } from 'zod';

/** Work for a thread: it behaves as it is told to. */
export const act = defineJob({
  type: 'act',
  input: z.object({
    how: z.string(),
    text: z
      .string()
      .default('hello')
      .transform((text) => text.toUpperCase()),
  }),
  output: z.object({ text: z.string(), pid: z.int().optional() }),
});
