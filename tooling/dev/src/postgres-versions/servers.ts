import { readFileSync } from 'node:fs';
import path from 'node:path';
import { installApart } from '@orq/testing/install-apart';
import { z } from 'zod';
import { repositoryRoot } from '../stack/settings.ts';

/** A package of its own, outside of the workspace: with a lockfile, and installed when it is first needed. */
const FOLDER = path.join(repositoryRoot, 'tooling/dev/postgres-versions');

/** As far as it is read. */
const Manifest = z.object({ optionalDependencies: z.record(z.string(), z.string()) });

/** The major versions that there are for this machine, the oldest first. */
export function availableVersions(): string[] {
  const manifest = Manifest.parse(JSON.parse(readFileSync(path.join(FOLDER, 'package.json'), 'utf8')));
  const name = new RegExp(`^postgres-(\\d+)-${process.platform}-${process.arch}$`);
  return Object.keys(manifest.optionalDependencies)
    .flatMap((dependency) => name.exec(dependency)?.[1] ?? [])
    .sort((one, other) => Number(one) - Number(other));
}

/** The folder of that version's bin/, lib/ and share/, once it is installed. */
export function installationOf(version: string): string {
  return path.join(
    FOLDER,
    'node_modules',
    `postgres-${version}-${process.platform}-${process.arch}`,
    'native',
  );
}

/**
 * Installs the servers, unless that was done since their lockfile last changed.
 *
 * @throws {Error} when pnpm could not
 */
export const installServers = (): Promise<void> => installApart(FOLDER, 'the PostgreSQL servers');
