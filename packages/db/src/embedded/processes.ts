import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** What the operating system says of a running process. */
export interface RunningProcess {
  parentPid: number;
  /** Its arguments, joined by spaces. */
  command: string;
}

/** Describes the process `pid`; undefined where there is none, or only a zombie that nobody has reaped. */
export function describeProcess(pid: number): RunningProcess | undefined {
  return existsSync('/proc/self/stat') ? describeFromProc(pid) : describeFromPs(pid);
}

function describeFromProc(pid: number): RunningProcess | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses, and may itself hold spaces and parentheses.
    const [state, parentPid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trimEnd();
    return { parentPid: Number(parentPid), command };
  } catch {
    return undefined;
  }
}

function describeFromPs(pid: number): RunningProcess | undefined {
  try {
    const args = ['-ww', '-o', 'stat=,ppid=,command=', '-p', String(pid)];
    const line = execFileSync('ps', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const [, state = '', parentPid, command = ''] = /^\s*(\S+)\s+(\d+)\s(.*)/.exec(line) ?? [];
    if (parentPid === undefined || state.startsWith('Z')) return undefined;
    return { parentPid: Number(parentPid), command: command.trim() };
  } catch {
    return undefined;
  }
}
