import { readFileSync } from 'node:fs';
import type { Lifetime } from '../../lifetime.ts';
import { treeRssBytes } from '../../process-tree.ts';
import type { CommandLine } from '../contenders/contender.ts';
import { type Output, runCommand } from '../contenders/run-command.ts';

/** What one run of a command took, all its processes together. */
export interface Cost {
  /** User and system time; NaN, as the memory, where there is no /proc. */
  cpuS: number;
  wallS: number;
  /** Resident memory of all its processes at the same moment, at most. */
  peakMb: number;
}

const SAMPLE_MS = 50;
/** The kernel tells times in hundredths of a second, on every Linux. */
const S_A_TICK = 0.01;

/** CPU time of all children that have ended and been waited for, with theirs (proc(5): cutime, cstime); NaN without /proc. */
function endedChildrenCpuS(): number {
  let text: string;
  try {
    text = readFileSync('/proc/self/stat', 'utf8');
  } catch {
    return NaN;
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) * S_A_TICK;
}

/** Runs it by itself. Nothing else that this process has started may end meanwhile. */
export async function measure(command: CommandLine, lifetime: Lifetime): Promise<Cost & { output: Output }> {
  let peakBytes = 0;
  let timer: NodeJS.Timeout | undefined;
  let output: Output;
  const cpuBefore = endedChildrenCpuS();
  const startedAt = performance.now();
  try {
    output = await runCommand(command, lifetime, (pid) => {
      timer = setInterval(() => (peakBytes = Math.max(peakBytes, treeRssBytes(pid))), SAMPLE_MS);
    });
  } finally {
    clearInterval(timer);
  }
  return {
    output,
    wallS: (performance.now() - startedAt) / 1000,
    cpuS: endedChildrenCpuS() - cpuBefore,
    peakMb: peakBytes / 2 ** 20,
  };
}
