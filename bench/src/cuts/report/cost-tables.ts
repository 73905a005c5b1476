import { columns, number } from '../../report/columns.ts';
import type { Summary } from '../../report/statistics.ts';
import type { FileCosts } from '../cost/compare-cost.ts';

function spread({ median, min, max }: Summary, digits: number): string {
  if (min === max) return number(median, digits);
  return `${number(median, digits)} (${number(min, digits)}..${number(max, digits)})`;
}

/** Medians of the rounds, with the least and the most. Ratios are of each round to the bare decode in it. */
export function costTables(files: readonly FileCosts[]): string[] {
  return files.flatMap(({ file, contenders }) => [
    '',
    ...columns([
      [`Cost on ${file}`, 'CPU s', '/ bare decode', 'wall s', '/ bare decode', 'peak MB'],
      ...contenders.map(({ name, cpuS, cpuRatio, wallS, wallRatio, peakMb }) => [
        `  ${name}`,
        spread(cpuS, 2),
        spread(cpuRatio, 2),
        spread(wallS, 2),
        spread(wallRatio, 2),
        spread(peakMb, 0),
      ]),
    ]),
  ]);
}
