import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { waitFor } from '@orq/testing';
import type { Workspace } from './workspace.ts';

const execute = promisify(execFile);

/** A stand-in for a binary: notes its process id, then runs the shell line `then`. */
export async function wrapper(workspace: Workspace, name: string, then: string): Promise<string> {
  const file = workspace.path(name);
  await writeFile(file, `#!/bin/sh\necho $$ > "${file}.pid"\n${then}\n`, { mode: 0o755 });
  return file;
}

/** A script that runs `binary` as a child of its own, notes that one's process id too, and is deaf to SIGTERM. */
export function stubbornWrapper(workspace: Workspace, name: string, binary: string): Promise<string> {
  const script = [
    `trap '' TERM`,
    `"${binary}" "$@" &`,
    `echo $! > "${workspace.path(name)}.child.pid"`,
    'wait $!',
  ];
  return wrapper(workspace, name, script.join('\n'));
}

/** Whether the process that a wrapper became still exists. */
export async function isRunning(wrapperFile: string): Promise<boolean> {
  return isAlive(await pidOf(wrapperFile));
}

/** Whether the process that a stubborn wrapper started still exists. */
export async function isChildRunning(wrapperFile: string): Promise<boolean> {
  return isAlive(await pidOf(`${wrapperFile}.child`));
}

/** Waits until both a stubborn wrapper and its child have started. */
export async function started(wrapperFile: string): Promise<void> {
  const file = `${wrapperFile}.child.pid`;
  await waitFor(() => existsSync(file), { describe: `${file} is written` });
}

/** Of the process that a wrapper became. */
export async function pidOf(wrapperFile: string): Promise<number> {
  return Number(await readFile(`${wrapperFile}.pid`, 'utf8'));
}

/** One that has ended and was not yet waited for is not alive. */
async function isAlive(pid: number): Promise<boolean> {
  const { stdout } = await execute('ps', ['-o', 'stat=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return /^[^Z]/.test(stdout.trim());
}
