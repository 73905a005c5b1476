import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const PREFIX = 'orq-work-';
/** What nobody has written to for this long is what a process left behind that was killed. In ms. */
const LEFT_BEHIND_MS = 3_600_000;

/** A folder of a job's own, for files that programs have to write by name. Disposing it removes it. */
export interface WorkFolder extends AsyncDisposable {
  /** Path of a file in it. */
  file(name: string): string;
}

/** Makes a folder among the machine's temporary files (TMPDIR), and removes those that killed processes left there. */
export async function openWorkFolder(): Promise<WorkFolder> {
  await sweep().catch(() => undefined);
  const folder = await mkdtemp(path.join(tmpdir(), PREFIX));
  return {
    file: (name) => path.join(folder, name),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

async function sweep(): Promise<void> {
  const before = Date.now() - LEFT_BEHIND_MS;
  for (const name of await readdir(tmpdir())) {
    const folder = path.join(tmpdir(), name);
    if (!name.startsWith(PREFIX) || (await lastWritten(folder)) >= before) continue;
    await rm(folder, { recursive: true, force: true });
  }
}

/** When a folder or a file in it was written to last, in ms since 1970. What is gone meanwhile was written just now. */
async function lastWritten(folder: string): Promise<number> {
  try {
    const files = (await readdir(folder)).map((name) => path.join(folder, name));
    const times = await Promise.all([folder, ...files].map(async (file) => (await stat(file)).mtimeMs));
    return Math.max(...times);
  } catch {
    return Date.now();
  }
}
