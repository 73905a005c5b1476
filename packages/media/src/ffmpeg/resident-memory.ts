import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** How often memory is measured, in ms. On other systems than Linux each time takes a process. */
const EVERY_MS = process.platform === 'linux' ? 100 : 1000;

/**
 * Measures, again and again, the resident memory in bytes of a process that leads a process group, and of those it
 * started: from /proc on Linux, by `ps` elsewhere. On Windows nothing is measured.
 *
 * @returns ends the watch
 */
export function watchResidentMemory(groupLeader: number, onMeasured: (bytes: number) => void): () => void {
  const measure = process.platform === 'linux' ? residentFromProc : residentFromPs;
  let timer: NodeJS.Timeout | undefined;
  let watching = process.platform !== 'win32';

  async function next(): Promise<void> {
    const bytes = await measure(groupLeader);
    if (!watching) return;
    timer = setTimeout(next, EVERY_MS);
    onMeasured(bytes);
  }
  if (watching) void next();
  return () => {
    watching = false;
    clearTimeout(timer);
  };
}

/** 0 for a process that is gone. */
export function residentFromProc(pid: number): number {
  const status = readProc(`${pid}/status`);
  const children = readProc(`${pid}/task/${pid}/children`).match(/\d+/g) ?? [];
  const ownKiB = Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0);
  return children.reduce((sum, child) => sum + residentFromProc(Number(child)), ownKiB * 1024);
}

/** Read without waiting: it is memory of the kernel, and takes some microseconds. */
function readProc(name: string): string {
  try {
    return readFileSync(`/proc/${name}`, 'latin1');
  } catch {
    return '';
  }
}

/** 0 where there is no `ps` that knows process groups. */
export async function residentFromPs(groupLeader: number): Promise<number> {
  try {
    const { stdout } = await execute('ps', ['-o', 'rss=', '-g', String(groupLeader)], { timeout: 5000 });
    return (stdout.match(/\d+/g) ?? []).reduce((sum, kiB) => sum + Number(kiB) * 1024, 0);
  } catch {
    return 0;
  }
}
