import { CONTENDERS, type ContenderName } from '../contenders/index.ts';
import type { Metric, Round } from '../rounds/round.ts';
import { columns, number } from './columns.ts';
import type { Results } from './results.ts';
import type { Summary } from './statistics.ts';
import type { Verdict } from './targets.ts';

function cell(summary: Summary | undefined, { digits }: Metric): string {
  if (!summary) return '';
  const { median, min, max } = summary;
  return min === max
    ? number(median, digits)
    : `${number(median, digits)} (${number(min, digits)}..${number(max, digits)})`;
}

/** Medians, with the least and the most; then how orq compares. */
export function figures(rounds: readonly Round[], results: Results): string[] {
  const measured = CONTENDERS.filter((name) =>
    rounds.some((round) => round.metrics.some((metric) => results.summary(round.name, name, metric.name))),
  );
  const peers = measured.filter((name) => name !== 'orq');
  const rows = rounds.flatMap((round) =>
    round.metrics.map((metric) => {
      const of = (name: ContenderName) => results.summary(round.name, name, metric.name);
      const own = of('orq');
      const ratios = peers.map((peer) => {
        const its = of(peer);
        return own && its ? `${number(own.median / its.median, 2)} x` : '';
      });
      return [
        `${metric.label}, ${metric.unit}`,
        ...measured.map((name) => cell(of(name), metric)),
        ...ratios,
      ];
    }),
  );
  const shown = rows.filter(([, ...cells]) => cells.some((text) => text !== ''));
  return columns([
    [
      '',
      ...measured,
      ...(measured.includes('orq') ? peers.map((peer) => `orq/${peer}`) : peers.map(() => '')),
    ],
    ...shown,
  ]);
}

export function verdicts(all: readonly Verdict[]): string[] {
  return columns([
    ['', 'target', 'measured', ''],
    ...all.map(({ says, bound, value, reached }) => [
      says,
      bound,
      number(value, value < 10 ? 2 : 0),
      reached ? 'reached' : 'NOT reached',
    ]),
  ]);
}

/** One measurement, as it comes in. */
export function line(round: Round, contender: string, measured: Readonly<Record<string, number>>): string {
  const parts = round.metrics.flatMap(({ name, unit, digits, label }) => {
    const value = measured[name];
    return value === undefined || Number.isNaN(value)
      ? []
      : [`${label.trim()} ${number(value, digits)} ${unit}`];
  });
  return `  ${contender.padEnd(16)} ${parts.join(', ')}`;
}
