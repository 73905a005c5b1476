import { z } from 'zod';

export const Health = z
  .object({
    status: z.enum(['ok', 'unhealthy']),
    checks: z.record(z.string(), z.string()).describe('Each check: `ok`, or why it is not.'),
  })
  .meta({ id: 'Health', examples: [{ status: 'ok', checks: { database: 'ok', storage: 'ok' } }] });
export type Health = z.infer<typeof Health>;
