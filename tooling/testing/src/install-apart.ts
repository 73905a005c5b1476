import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';

/**
 * Installs a package that is no part of the workspace, so that installing orq does not install it: from a lockfile of its
 * own, unless that was done since the lockfile last changed.
 *
 * @param folder of its package.json and pnpm-lock.yaml
 * @param what is installed, for people
 * @throws {Error} when pnpm could not
 */
export async function installApart(folder: string, what: string): Promise<void> {
  const installed = path.join(folder, 'node_modules', '.modules.yaml');
  const lockfile = path.join(folder, 'pnpm-lock.yaml');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lockfile).mtimeMs) return;

  process.stdout.write(`Installing ${what} (once) ...\n`);
  const args = ['install', '--ignore-workspace', '--frozen-lockfile', '--reporter=silent'];
  const child = spawn('pnpm', args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
  await once(child, 'close');
  if (child.exitCode !== 0) {
    throw new Error(
      `It was not possible to install ${what}: run "pnpm ${args.slice(0, 3).join(' ')}" in ${folder}`,
    );
  }
  utimesSync(installed, new Date(), new Date());
}
