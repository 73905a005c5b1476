import { parseArgs } from 'node:util';
import { CONTENDERS, type ContenderName } from './contenders/index.ts';
import { ROUNDS } from './rounds/index.ts';
import { FULL, QUICK, type Sizes } from './sizes.ts';

export interface Options {
  /** Names of rounds. */
  only: readonly string[];
  contenders: readonly ContenderName[];
  /** How often each round is run for each contender. */
  rounds: number;
  sizes: Sizes;
  /** Run orq by the Node that runs this, not by the one that its peers need. */
  ownNode: boolean;
  /** Folder for CPU profiles of orq's processes. */
  profile: string | undefined;
}

export const HELP = `pnpm bench queue [options]: orq beside graphile-worker, pg-boss and BullMQ, on one machine in one go

  --only NAME        a round; may be given more than once. Default: all of them
                     ${ROUNDS.map(({ name }) => name).join(', ')}
  --contender NAME   may be given more than once. Default: all of them
                     ${CONTENDERS.join(', ')}
  --rounds N         how often each is measured, one contender after the other. Default 3 (quick: 1)
  --quick            small sizes and short times: about two minutes, and less to be trusted
  --own-node         runs orq by your Node; by default it runs by the same Node as its peers
  --profile DIR      writes CPU profiles of orq's processes to DIR
  --help

The database is an embedded PostgreSQL in a temporary folder, with the settings that it comes with, or the server of
DATABASE_URL, where the databases orq_bench_* are made and dropped. All of it takes about 50 minutes.
`;

const pick = <Name extends string>(
  what: string,
  all: readonly Name[],
  given: readonly string[] | undefined,
) => {
  if (!given) return all;
  return given.map((name) => {
    const found = all.find((one) => one === name);
    if (!found) throw new Error(`There is no ${what} "${name}": ${all.join(', ')}`);
    return found;
  });
};

/**
 * @returns null where help was asked for
 * @throws {Error} that names what it does not know
 */
export function parseOptions(args: string[]): Options | null {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', multiple: true },
      contender: { type: 'string', multiple: true },
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      'own-node': { type: 'boolean', default: false },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 3));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number from 1');
  return {
    only: pick(
      'round',
      ROUNDS.map(({ name }) => name),
      values.only,
    ),
    contenders: pick('contender', CONTENDERS, values.contender),
    rounds,
    sizes: values.quick ? QUICK : FULL,
    ownNode: values['own-node'],
    profile: values.profile,
  };
}
