import { type ChildProcess, spawn } from 'node:child_process';
import { Readable } from 'node:stream';

/** Windows has no process groups: there, only the process itself is ended. */
const HAS_GROUPS = process.platform !== 'win32';

/** A process that leads a group, and what it writes. */
interface Group {
  child: ChildProcess;
  stdout: Readable;
  stderr: Readable;
  /** Its file descriptor 3, where it has one. */
  side: Readable | undefined;
}

/**
 * Starts a process, without a shell and without input, as the leader of a group of its own: a binary may be a script
 * around the real one, and both end together.
 *
 * @param withSidePipe whether its file descriptor 3 is a pipe, too
 */
export function spawnGroup(binary: string, args: readonly string[], withSidePipe = false): Group {
  const child = spawn(binary, args, {
    stdio: ['ignore', 'pipe', 'pipe', withSidePipe ? 'pipe' : 'ignore'],
    env: environment(),
    detached: HAS_GROUPS,
    windowsHide: true,
  });
  const [, stdout, stderr, side] = child.stdio;
  if (!stdout || !stderr) throw new Error('A process was started without the pipes that it was to have.');
  return { child, stdout, stderr, side: side instanceof Readable ? side : undefined };
}

/** Ends every process of the group at once; does nothing where none is left. */
export function killGroup(leader: number): void {
  try {
    process.kill(HAS_GROUPS ? -leader : leader, 'SIGKILL');
  } catch {
    // All of them have ended.
  }
}

/**
 * Has a group ended when this process is gone, even when it was killed itself: ffmpeg notices a closed pipe only when it
 * writes. A shell waits for the end of a pipe that this process holds open. Without /bin/sh, ffmpeg is left to end by
 * itself.
 *
 * @returns takes the watch off again
 */
export function endWithThisProcess(leader: number): () => void {
  if (!HAS_GROUPS) return () => undefined;
  const watch = spawn('/bin/sh', ['-c', 'read -r _; kill -s KILL -- "-$1"', 'sh', String(leader)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
    detached: true,
  });
  watch.on('error', () => undefined);
  if (watch.pid === undefined) return () => undefined;
  watch.stdin.on('error', () => undefined);
  return () => watch.kill('SIGKILL');
}

/**
 * The npm builds are linked with glibc statically and crash in the character set modules of another glibc, which an
 * MPEG-TS file's service name makes them load. Nothing here needs those modules.
 */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, GCONV_PATH: '/nonexistent' };
}
