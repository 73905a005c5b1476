import { columns, number } from '../../report/columns.ts';
import type { BelowComparison } from '../below/compare-below.ts';

const percent = (value: number | null) => (value === null ? '-' : (100 * value).toFixed(1));

/** What was not decoded, and what came of it. Ratios are medians over the full pass of the same round. */
export function belowTable(compared: readonly BelowComparison[]): string[] {
  return columns([
    [
      'Footage',
      'encoding',
      'not decoded %',
      'CPU / full',
      'wall / full',
      'full CPU s',
      'cuts',
      'F1 %',
      'full F1 %',
    ],
    ...compared.map((one) => [
      `  ${one.kind}`,
      one.encoding,
      percent(one.skipped),
      number(one.cpuRatio.median, 2),
      number(one.wallRatio.median, 2),
      number(one.fullCpuS, 1),
      String(one.cuts),
      percent(one.f1),
      percent(one.fullF1),
    ]),
  ]);
}
