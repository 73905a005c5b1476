import { readdirSync, readFileSync } from 'node:fs';

/** The kernel tells it in hundredths of a second, on every Linux. */
const MS_A_TICK = 10;
/** What Node runs on has pages of this size, but for some ARM machines. */
const PAGE_BYTES = 4096;

interface Stat {
  pid: number;
  parent: number;
  cpuMs: number;
  rssBytes: number;
}

function statOf(pid: string): Stat[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name may hold anything, and stands in parentheses; what follows are numbers.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return [
      {
        pid: Number(pid),
        parent: Number(fields[1]),
        cpuMs: ticks * MS_A_TICK,
        rssBytes: Number(fields[21]) * PAGE_BYTES,
      },
    ];
  } catch {
    // It has ended since the folder was read.
    return [];
  }
}

/** Sums over a process and all below it. NaN where there is no /proc. */
function sumTree(root: number, of: (stat: Stat) => number): number {
  let pids: string[];
  try {
    pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return NaN;
  }
  const all = pids.flatMap(statOf);
  const under = (pid: number): number =>
    all.reduce((sum, stat) => {
      if (stat.pid === pid) return sum + of(stat);
      return stat.parent === pid ? sum + under(stat.pid) : sum;
    }, 0);
  return under(root);
}

/**
 * CPU time in ms of a process and of all below it, those that have ended included (proc(5): utime, stime, cutime, cstime).
 * NaN where there is no /proc.
 */
export const treeCpuMs = (root: number) => sumTree(root, ({ cpuMs }) => cpuMs);

/** Resident memory of a process and of all below it; what they share is counted for each. NaN where there is no /proc. */
export const treeRssBytes = (root: number) => sumTree(root, ({ rssBytes }) => rssBytes);
