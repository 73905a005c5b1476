import { readFile, writeFile } from 'node:fs/promises';
import type { Workspace } from './workspace.ts';

/** A stand-in for a binary: notes its process id, then runs the shell line `then`. */
export async function wrapper(workspace: Workspace, name: string, then: string): Promise<string> {
  const file = workspace.path(name);
  await writeFile(file, `#!/bin/sh\necho $$ > "${file}.pid"\n${then}\n`, { mode: 0o755 });
  return file;
}

/** Whether the process that a wrapper became still exists. */
export async function isRunning(wrapperFile: string): Promise<boolean> {
  const pid = Number(await readFile(`${wrapperFile}.pid`, 'utf8'));
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
