import { z } from 'zod';

/** `ok`, or which of the checks is not, each with its reason. */
export const Health = z.object({
  status: z.enum(['ok', 'unhealthy']),
  checks: z.record(z.string(), z.string()),
});
export type Health = z.infer<typeof Health>;
