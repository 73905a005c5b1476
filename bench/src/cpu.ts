import { readdirSync, readFileSync } from 'node:fs';

/** The kernel tells it in hundredths of a second, on every Linux. */
const MS_A_TICK = 10;

interface Stat {
  pid: number;
  parent: number;
  ms: number;
}

function statOf(pid: string): Stat[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name may hold anything, and stands in parentheses; what follows are numbers.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return [{ pid: Number(pid), parent: Number(fields[1]), ms: ticks * MS_A_TICK }];
  } catch {
    // It has ended since the folder was read.
    return [];
  }
}

/**
 * CPU time in ms of a process and of all below it, those that have ended included (proc(5): utime, stime, cutime, cstime).
 * NaN where there is no /proc.
 */
export function treeCpuMs(root: number): number {
  let pids: string[];
  try {
    pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return NaN;
  }
  const all = pids.flatMap(statOf);
  const under = (pid: number): number =>
    all.reduce((sum, stat) => {
      if (stat.pid === pid) return sum + stat.ms;
      return stat.parent === pid ? sum + under(stat.pid) : sum;
    }, 0);
  return under(root);
}
