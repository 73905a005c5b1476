import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { ServerAccount } from './account.ts';
import type { Binaries } from './binaries.ts';
import { serverEnvironment } from './environment.ts';
import { describeProcess } from './processes.ts';

const run = promisify(execFile);

/** Not `orq`: the schema of that name would be in this user's search path, and on no other server. */
export const SUPERUSER = 'postgres';
const PASSWORD_FILE = 'orq-password';
const INITDB_TIMEOUT_MS = 120_000;

export interface ClusterOptions {
  dataDir: string;
  binaries: Binaries;
  account: ServerAccount;
  /** False leaves the new files to the operating system's cache: for data that need not outlive a crash. */
  sync: boolean;
}

/**
 * Makes sure that `dataDir` holds a cluster of this major version, and returns its superuser's password.
 *
 * @throws where the folder holds something else, another major version, or belongs to another user
 */
export async function openCluster(options: ClusterOptions): Promise<string> {
  const { dataDir } = options;
  await removeAbandoned(dataDir);
  const content = await listContent(dataDir);
  const installed = await majorVersion(options);
  if (content.length === 0) await createCluster(options, installed);
  else if (!content.includes('PG_VERSION') || !content.includes(PASSWORD_FILE)) {
    throw new Error(
      `${dataDir} holds files, but no database that orq has made. Set ORQ_DATA_DIR to another folder.`,
    );
  }
  await checkVersion(dataDir, installed);
  return (await readFile(path.join(dataDir, PASSWORD_FILE), 'utf8')).trim();
}

/** Made beside its place and then renamed into it, so that a killed initdb leaves nothing that looks complete. */
async function createCluster(options: ClusterOptions, version: number): Promise<void> {
  const { dataDir, binaries, account, sync } = options;
  const draft = `${draftPrefix(dataDir)}${process.pid}-${randomBytes(4).toString('hex')}`;
  const [draftData, passwordFile] = [path.join(draft, 'data'), path.join(draft, 'password')];
  const password = randomBytes(24).toString('hex');
  try {
    await mkdir(draft, { mode: 0o700 });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if (account.ids !== undefined) {
      for (const owned of [draft, passwordFile]) await chown(owned, account.ids.uid, account.ids.gid);
    }
    const access = ['--username', SUPERUSER, '--pwfile', passwordFile, '--auth', 'scram-sha-256'];
    const quickly = sync ? [] : ['--no-sync'];
    const args = ['-D', draftData, ...access, ...localeArguments(version), '--no-instructions', ...quickly];
    const initdb = account.command(binaries.initdb, args);
    await run(initdb.file, initdb.args, {
      ...initdb.ids,
      cwd: '/',
      env: serverEnvironment,
      timeout: INITDB_TIMEOUT_MS,
    });
    await rename(passwordFile, path.join(draftData, PASSWORD_FILE));
    await renameUnlessMade(draftData, dataDir);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** UTF-8 and sorted by code point, whatever the machine's locale is; case is that of Unicode, as of version 17. */
function localeArguments(version: number): string[] {
  const unicode = version < 17 ? [] : ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  return ['--encoding=UTF8', '--locale=C', ...unicode];
}

async function renameUnlessMade(draftData: string, dataDir: string): Promise<void> {
  try {
    await rename(draftData, dataDir);
  } catch (error) {
    // Another process that started at the same time was first: its cluster is as good as ours.
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
  }
}

/** Removes the drafts of processes that were killed while they made a cluster here. */
async function removeAbandoned(dataDir: string): Promise<void> {
  const prefix = path.basename(draftPrefix(dataDir));
  for (const name of await readdir(path.dirname(dataDir))) {
    if (!name.startsWith(prefix)) continue;
    if (describeProcess(Number.parseInt(name.slice(prefix.length), 10)) !== undefined) continue;
    // The dead process's initdb may still be writing for a moment: what stays now goes at the next start.
    await rm(path.join(path.dirname(dataDir), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

async function majorVersion({ binaries, account }: ClusterOptions): Promise<number> {
  const { file, args, ids } = account.command(binaries.postgres, ['--version']);
  const { stdout } = await run(file, args, { ...ids, cwd: '/', env: serverEnvironment });
  const version = /\d+/.exec(stdout)?.[0];
  if (version === undefined) throw new Error(`${binaries.postgres} does not say its version, but: ${stdout}`);
  return Number(version);
}

async function checkVersion(dataDir: string, installed: number): Promise<void> {
  const written = (await readFile(path.join(dataDir, 'PG_VERSION'), 'utf8')).trim();
  if (written === String(installed)) return;
  throw new Error(
    `The data in ${dataDir} was written by PostgreSQL ${written}, and this orq brings PostgreSQL ${installed}. ` +
      'Set ORQ_DATA_DIR to another folder to start afresh, or move the data over with pg_dump.',
  );
}

async function listContent(dataDir: string): Promise<string[]> {
  try {
    return await readdir(dataDir);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    if (!hasCode(error, 'EACCES', 'EPERM')) throw error;
    throw new Error(
      `${dataDir} belongs to another user (was it made as root?). ` +
        'Start as that user, or set ORQ_DATA_DIR to another folder.',
      { cause: error },
    );
  }
}

function draftPrefix(dataDir: string): string {
  return `${dataDir}.initdb-`;
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code)
  );
}
