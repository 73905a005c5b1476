import { parseArgs } from 'node:util';

export const HELP = `Runs the tests of packages/db and packages/queue on real servers of several PostgreSQL versions, one after the other.

  pnpm test:postgres [VERSION ...]

  VERSION  a major version, such as 14 (default: all that there are for this machine)

The first run installs the servers into tooling/dev/postgres-versions. A version takes a minute or two.
`;

export interface TestPostgresArguments {
  /** In the order in which they are to run, each once. */
  versions: string[];
  help: boolean;
}

/**
 * @param available the major versions that there are for this machine
 * @throws {Error} one line, when the command line makes no sense
 */
export function readArguments(argv: readonly string[], available: readonly string[]): TestPostgresArguments {
  const { values, positionals } = parsed(argv);
  const machine = `${process.platform}-${process.arch}`;
  if (available.length === 0) throw new Error(`There are no PostgreSQL servers to install for ${machine}`);
  const unknown = positionals.filter((version) => !available.includes(version));
  if (unknown.length > 0) {
    throw new Error(
      `There is no PostgreSQL ${unknown.join(', ')} to test on ${machine}, but ${available.join(', ')}. ` +
        'See pnpm test:postgres --help',
    );
  }
  const versions = positionals.length === 0 ? [...available] : [...new Set(positionals)];
  return { versions, help: values.help };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h', default: false } },
    });
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new Error(`${reason}. See pnpm test:postgres --help`, { cause: error });
  }
}
