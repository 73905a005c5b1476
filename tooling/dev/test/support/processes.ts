import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { describeProcess } from '@orq/db/embedded';

/** A process below another, with its command line. */
export interface Descendant {
  pid: number;
  command: string;
}

/** All processes that `pid` has started, and those that they have started in turn. */
export function descendantsOf(pid: number): Descendant[] {
  const all = listPids().flatMap((candidate) => {
    const found = describeProcess(candidate);
    return found === undefined ? [] : [{ pid: candidate, ...found }];
  });
  const found: Descendant[] = [];
  for (let parents = [pid]; parents.length > 0;) {
    const children = all.filter(({ parentPid }) => parents.includes(parentPid));
    found.push(...children.map((child) => ({ pid: child.pid, command: child.command })));
    parents = children.map((child) => child.pid);
  }
  return found;
}

/** Those of the processes that still run: a pid that now belongs to another program does not count. */
export function stillRunning(processes: Descendant[]): Descendant[] {
  return processes.filter(({ pid, command }) => describeProcess(pid)?.command === command);
}

function listPids(): number[] {
  const names = existsSync('/proc/self/stat')
    ? readdirSync('/proc')
    : execFileSync('ps', ['-A', '-o', 'pid='], { encoding: 'utf8' }).split('\n');
  return names.map((name) => Number(name.trim() || 'none')).filter(Number.isInteger);
}
