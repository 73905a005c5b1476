import { parseArgs } from 'node:util';
import { z } from 'zod';

export interface ChaosArguments {
  seed: number;
  /** How long faults are injected, in ms. */
  faultsMs: number;
  help: boolean;
}

export const HELP = `Puts worker processes and a PostgreSQL server of its own through faults, and checks the queue's promises.

  pnpm chaos [--seed N] [--minutes M]

  --seed     what faults and jobs there are, and when: 0 to 4294967295 (default: a new one, which is printed)
  --minutes  how long faults go on; fractions too, up to 600 (default: 1)
`;

const Values = z.object({
  seed: z.coerce.number().int().min(0).max(0xffff_ffff).optional(),
  minutes: z.coerce.number().positive().max(600).default(1),
  help: z.boolean(),
});

/** @throws {Error} one line, when the command line makes no sense */
export function readArguments(argv: readonly string[]): ChaosArguments {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        seed: { type: 'string' },
        minutes: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const { seed, minutes, help } = Values.parse(values);
    return { seed: seed ?? Math.floor(Math.random() * 1_000_000), faultsMs: minutes * 60_000, help };
  } catch (error) {
    const reason =
      error instanceof z.ZodError
        ? error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('; ')
        : String(error instanceof Error ? error.message : error).split('. ')[0];
    throw new Error(`${reason}. See pnpm chaos --help`, { cause: error });
  }
}
