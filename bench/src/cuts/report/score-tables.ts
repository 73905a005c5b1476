import { type Counts, GRADUAL_KINDS, rates, type Score, type Share } from '@orq/cut-benchmark';
import { columns } from '../../report/columns.ts';
import { summarize } from '../../report/statistics.ts';
import type { ScoredContender } from '../scoring/score-videos.ts';

const percent = (value: number | null) => (value === null ? '-' : (100 * value).toFixed(1));

/** Tables for people: what each contender found, by type, kind, condition and distractor. */
export function scoreTables(scored: readonly ScoredContender[]): string[] {
  return [
    ...figures('Cuts, within one frame', scored, ({ hard }) => hard),
    ...figures('Gradual transitions, as any boundary in them', scored, ({ gradual }) => gradual),
    ...figures('Boundaries of any type', scored, ({ any }) => any),
    ...figures("Cuts, against another detector's", scored, ({ peer }) => peer),
    ...recalls('Cuts found, in %', scored, ({ byCondition }) => byCondition),
    ...recalls('Gradual transitions found, in %', scored, ({ byKind }) => byKind),
    ...scored.flatMap(typed),
    ...falseBoundaries(scored),
  ];
}

function figures(title: string, scored: readonly ScoredContender[], of: (score: Score) => Counts): string[] {
  const rows = scored.map(({ contender: { name }, total }) => figureCells(name, of(total)));
  if (scored.every(({ total }) => of(total).found + of(total).labelled === 0)) return [];
  return ['', ...columns([[title, 'labelled', 'found', 'right', 'P %', 'R %', 'F1 %'], ...rows])];
}

function figureCells(name: string, counts: Counts): string[] {
  const { precision, recall, f1 } = rates(counts);
  return [
    `  ${name}`,
    ...[counts.labelled, counts.found, counts.correct].map(String),
    ...[precision, recall, f1].map(percent),
  ];
}

const namesIn = (records: readonly Record<string, unknown>[]) => [
  ...new Set(records.flatMap((record) => Object.keys(record))),
];

function recalls(
  title: string,
  scored: readonly ScoredContender[],
  of: (score: Score) => Record<string, Share>,
): string[] {
  const names = namesIn(scored.map(({ total }) => of(total)));
  if (names.length === 0) return [];
  const rows = names.map((name) => {
    const shares = scored.map(({ total }) => of(total)[name]);
    const labelled = shares.find((share) => share)?.labelled ?? 0;
    const found = shares.map((share) => percent(share ? share.correct / share.labelled : null));
    return [`  ${name}`, String(labelled)].concat(found);
  });
  return ['', ...columns([[title, 'labelled', ...scored.map(({ contender }) => contender.name)], ...rows])];
}

/** Kinds, and how far off the ends are, of a contender that says them. */
function typed({ contender, total }: ScoredContender): string[] {
  const labelled = GRADUAL_KINDS.reduce((sum, kind) => sum + total.typed[kind].labelled, 0);
  if (!contender.isTyped || labelled === 0) return [];
  const rows = GRADUAL_KINDS.map((kind) => figureCells(kind, total.typed[kind]));
  const off = (values: readonly number[]) => {
    const distance = summarize(values.map(Math.abs)).median;
    const signed = summarize(values).median;
    return values.length === 0 ? '-' : `${distance} frames (${signed > 0 ? '+' : ''}${signed} with its sign)`;
  };
  return [
    '',
    ...columns([
      [`Of the right kind: ${contender.name}`, 'labelled', 'found', 'right', 'P %', 'R %', 'F1 %'],
      ...rows,
    ]),
    `  their start is off by a median of ${off(total.offsets.from)}, their end by ${off(total.offsets.to)}`,
  ];
}

function falseBoundaries(scored: readonly ScoredContender[]): string[] {
  const [first] = scored;
  if (!first) return [];
  const { distractors } = first.total;
  const names = [...Object.keys(distractors), 'nothing'];
  const rows = names.map((name) => {
    const counts = scored.map(({ total }) => String(total.falseBy[name] ?? 0));
    return [`  ${name}`, String(distractors[name] ?? '')].concat(counts);
  });
  const all = scored.map(({ total }) => String(Object.values(total.falseBy).reduce((sum, n) => sum + n, 0)));
  return [
    '',
    ...columns([
      ['False boundaries in or beside', 'of these', ...scored.map(({ contender }) => contender.name)],
      ...rows,
      ['  all', '', ...all],
    ]),
  ];
}
