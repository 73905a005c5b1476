import { execFileSync, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import type { Binaries } from './binaries.ts';
import { serverEnvironment } from './environment.ts';

/** The user the server runs as, and how a program is started as that user. */
export interface ServerAccount {
  /** Undefined where the server simply runs as the caller. */
  ids: { uid: number; gid: number } | undefined;
  /** The program and arguments to start, and the uid and gid to hand to `spawn`. */
  command(program: string, args: string[]): AccountCommand;
}

interface AccountCommand {
  file: string;
  args: string[];
  ids: { uid: number; gid: number } | object;
}

/** Either lets a process enter folders that only root may enter; containers often grant only the second. */
const CAPABILITIES = ['dac_read_search', 'dac_override'];

/**
 * Chooses the user to run the server as. PostgreSQL refuses to run as root, so root hands it to the owner of existing
 * data, else to `postgres` where that user exists, else to `nobody`.
 *
 * That user may not be able to enter the folders above the binaries or the data (a clone in root's home). On Linux it
 * is then given one capability that lets it pass; which of the ways works here is tried out, not derived.
 *
 * @param home an existing folder whose ancestors are those of the data
 * @throws where no such way is open on this machine
 */
export function chooseAccount(binaries: Binaries, dataDir: string, home: string): ServerAccount {
  if (process.getuid?.() !== 0) return asCaller;
  const ids = ownerOf(dataDir) ?? idsOf('postgres') ?? idsOf('nobody');
  if (ids === undefined)
    throw new Error('PostgreSQL does not run as root, and there is no user "nobody" here.');

  const ways = [asUser(ids), ...CAPABILITIES.map((capability) => asUserWith(capability, ids))];
  const open = ways.find((way) => canEnter(way, binaries, home));
  if (open !== undefined) return open;
  throw new Error(
    `PostgreSQL does not run as root, and the user it would run as (uid ${ids.uid}) can not reach ` +
      `${binaries.postgres} or ${home}. Run as an ordinary user, or have both the checkout and ORQ_DATA_DIR in a ` +
      'folder that every user can enter, or install util-linux (setpriv), or set DATABASE_URL.',
  );
}

const asCaller: ServerAccount = {
  ids: undefined,
  command: (file, args) => ({ file, args, ids: {} }),
};

function asUser(ids: { uid: number; gid: number }): ServerAccount {
  return { ids, command: (file, args) => ({ file, args, ids }) };
}

/**
 * By setpriv of util-linux: an ambient capability survives the change of user and the exec. The secure bit has
 * access(2), by which PostgreSQL looks for its own files, count capabilities for a user other than root too.
 */
function asUserWith(capability: string, ids: { uid: number; gid: number }): ServerAccount {
  const user = [`--reuid=${ids.uid}`, `--regid=${ids.gid}`, '--clear-groups'];
  const grant = [
    '--securebits=+no_setuid_fixup',
    `--inh-caps=+${capability}`,
    `--ambient-caps=+${capability}`,
  ];
  return {
    ids,
    command: (program, args) => ({
      file: 'setpriv',
      args: [...user, ...grant, '--', program, ...args],
      ids: {},
    }),
  };
}

/** `initdb --show` finds all parts of the installation, as the first start will, and then ends. */
function canEnter(way: ServerAccount, binaries: Binaries, home: string): boolean {
  const script = 'cd "$1" && exec "$2" --show -D "$1/data"';
  const { file, args, ids } = way.command('/bin/sh', ['-c', script, 'sh', home, binaries.initdb]);
  const options = { ...ids, cwd: '/', env: serverEnvironment, stdio: 'ignore', timeout: 10_000 } as const;
  return spawnSync(file, args, options).status === 0;
}

function ownerOf(dataDir: string): { uid: number; gid: number } | undefined {
  const stat = statSync(dataDir, { throwIfNoEntry: false });
  return stat === undefined || stat.uid === 0 ? undefined : { uid: stat.uid, gid: stat.gid };
}

function idsOf(user: string): { uid: number; gid: number } | undefined {
  const read = (flag: string): number =>
    Number(execFileSync('id', [flag, user], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: read('-u'), gid: read('-g') };
  } catch {
    return undefined;
  }
}
