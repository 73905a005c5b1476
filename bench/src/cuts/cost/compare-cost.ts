import path from 'node:path';
import type { Lifetime } from '../../lifetime.ts';
import { type Summary, summarize } from '../../report/statistics.ts';
import type { CommandLine, Contender } from '../contenders/contender.ts';
import { type Cost, measure } from './measure.ts';

/** What decoding alone takes: the limit of all who decode with the ffmpeg at hand. */
export const BARE_DECODE = 'bare decode';

export interface FileCosts {
  file: string;
  contenders: ContenderCost[];
}

export interface ContenderCost {
  name: string;
  runs: Cost[];
  cpuS: Summary;
  wallS: Summary;
  peakMb: Summary;
  /** Over the bare decode of the same round. */
  cpuRatio: Summary;
  wallRatio: Summary;
}

interface CostDeps {
  ffmpeg: string;
  /** Rounds, at least 1. */
  repeat: number;
  lifetime: Lifetime;
  onRun(done: number, of: number): void;
}

/** Measures every contender and the bare decode on every file in turn, A B C A B C, one process tree at a time. */
export async function compareCost(
  files: readonly string[],
  contenders: readonly Contender[],
  { ffmpeg, repeat, lifetime, onRun }: CostDeps,
): Promise<FileCosts[]> {
  const total = files.length * repeat * (contenders.length + 1);
  let done = 0;
  const all: FileCosts[] = [];
  for (const file of files) {
    const commands: { name: string; command: CommandLine }[] = [
      { name: BARE_DECODE, command: bareDecode(ffmpeg, file) },
      ...contenders.map(({ name, command }) => ({ name, command: command(file) })),
    ];
    const runs = new Map<string, Cost[]>(commands.map(({ name }) => [name, []]));
    for (let round = 0; round < repeat; round += 1) {
      for (const { name, command } of commands) {
        const { output: _output, ...cost } = await measure(command, lifetime);
        runs.get(name)?.push(cost);
        done += 1;
        onRun(done, total);
      }
    }
    const bare = runs.get(BARE_DECODE) ?? [];
    all.push({
      file: path.basename(file),
      contenders: [...runs].map(([name, costs]) => summarizeCosts(name, costs, bare)),
    });
  }
  return all;
}

function bareDecode(ffmpeg: string, file: string): CommandLine {
  return {
    file: ffmpeg,
    args: ['-nostdin', '-v', 'error', '-i', `file:${file}`, '-map', '0:v:0', '-f', 'null', '-'],
  };
}

function summarizeCosts(name: string, runs: Cost[], bare: readonly Cost[]): ContenderCost {
  const of = (value: (run: Cost) => number) => summarize(runs.map(value));
  const ratio = (value: (run: Cost) => number) =>
    summarize(runs.flatMap((run, round) => (bare[round] ? [value(run) / value(bare[round])] : [])));
  return {
    name,
    runs,
    cpuS: of(({ cpuS }) => cpuS),
    wallS: of(({ wallS }) => wallS),
    peakMb: of(({ peakMb }) => peakMb),
    cpuRatio: ratio(({ cpuS }) => cpuS),
    wallRatio: ratio(({ wallS }) => wallS),
  };
}
