import { mkdtemp, open, readdir, rm, stat, statfs, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBody } from '../body-reader.ts';
import type { ReadBody } from '../object-store.ts';

const PREFIX = 'orq-object-';
/** How often a copy that is in use says so. In ms. */
const TOUCH_MS = 300_000;
/** A copy that has not said so for this long belongs to a process that was killed. In ms. */
const LEFT_BEHIND_MS = 3_600_000;

export interface LocalCopy {
  path: string;
  /** In which it lies alone. */
  folder: string;
  remove(): Promise<void>;
}

export interface CopyOptions {
  signal: AbortSignal;
  /** Removes what can be done without, where there is no room. */
  makeRoom(): Promise<void>;
}

/**
 * Copies an object into a folder among the machine's temporary files (TMPDIR).
 *
 * @throws {Error} that names TMPDIR, where that has no room for it
 */
export async function copyToDisk(object: ReadBody, { signal, makeRoom }: CopyOptions): Promise<LocalCopy> {
  await sweep().catch(() => undefined);
  const folder = await mkdtemp(join(tmpdir(), PREFIX));
  const inUse = setInterval(() => void touch(folder), TOUCH_MS).unref();
  const remove = () => {
    clearInterval(inUse);
    return rm(folder, { recursive: true, force: true });
  };
  try {
    if (!(await hasRoom(folder, object.objectBytes))) await makeRoom();
    if (!(await hasRoom(folder, object.objectBytes))) throw noRoom(object.objectBytes);
    const path = join(folder, 'object');
    const file = await open(path, 'wx', 0o600);
    try {
      for await (const chunk of readBody(object.stream, signal)) await file.writeFile(chunk);
    } finally {
      await file.close();
    }
    return { path, folder, remove };
  } catch (error) {
    await object.stream.cancel(error).catch(() => undefined);
    await remove();
    throw error;
  }
}

async function hasRoom(folder: string, bytes: number): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize >= bytes;
}

const noRoom = (bytes: number) =>
  new Error(`TMPDIR (${tmpdir()}) has no room for a copy of ${bytes} bytes: make room, or set another`);

async function touch(folder: string): Promise<void> {
  const now = new Date();
  await utimes(folder, now, now).catch(() => undefined);
}

async function sweep(): Promise<void> {
  const before = Date.now() - LEFT_BEHIND_MS;
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(tmpdir(), name);
    const seen = await stat(folder).catch(() => null);
    if (seen && seen.mtimeMs < before) await rm(folder, { recursive: true, force: true });
  }
}
