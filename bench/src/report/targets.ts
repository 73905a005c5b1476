import type { ContenderName } from '../contenders/index.ts';
import type { Results } from './results.ts';

export interface Target {
  says: string;
  round: string;
  /** The metric of orq that is held against it. */
  metric: string;
  /** Divided by this contender's same metric; itself where there is none. */
  against?: ContenderName;
  /** What it must reach, or must not exceed. */
  bound: { least: number } | { most: number };
}

export const TARGETS: readonly Target[] = [
  ratio('bulk', 'jobs_per_s', 'bulk enqueue', 'graphile-worker', { least: 1.3 }),
  ratio('backlog', 'jobs_per_s', 'process a backlog', 'graphile-worker', { least: 1.5 }),
  ratio('backlog', 'jobs_per_s', 'process a backlog', 'bullmq', { least: 2 }),
  ratio('together', 'jobs_per_s', 'enqueue and process at once', 'graphile-worker', { least: 2 }),
  itself('held', 'kept', 'snapshot held: the last seconds, in % of the first', { least: 90 }),
  ratio('held', 'last', 'snapshot held: the last seconds', 'graphile-worker', { least: 5 }),
  itself('aged', 'kept', 'full tables, in % of empty ones', { least: 90 }),
  ratio('latency', 'p50_ms', 'enqueue to start: p50', 'graphile-worker', { most: 0.6 }),
  ratio('latency', 'p99_ms', 'enqueue to start: p99', 'graphile-worker', { most: 1 }),
  ratio('singles', 'jobs_per_s', '50 concurrent single enqueues', 'graphile-worker', { least: 2 }),
  itself('backlog', 'peak_mb', 'resident memory of the worker, in MB', { most: 150 }),
  ratio('wal', 'bytes', 'WAL a job', 'graphile-worker', { most: 0.8 }),
];

function ratio(
  round: string,
  metric: string,
  what: string,
  against: ContenderName,
  bound: Target['bound'],
): Target {
  return { round, metric, says: `${what}, over ${against}'s`, against, bound };
}

function itself(round: string, metric: string, says: string, bound: Target['bound']): Target {
  return { round, metric, says, bound };
}

export interface Verdict {
  says: string;
  bound: string;
  value: number;
  reached: boolean;
}

/** Holds the medians against the targets; those for which nothing was measured are left out. */
export function judge(results: Results): Verdict[] {
  return TARGETS.flatMap(({ says, round, metric, against, bound }) => {
    const own = results.summary(round, 'orq', metric)?.median;
    const other = against ? results.summary(round, against, metric)?.median : 1;
    if (own === undefined || other === undefined) return [];
    const value = own / other;
    const reached = 'least' in bound ? value >= bound.least : value <= bound.most;
    return [{ says, bound: 'least' in bound ? `>= ${bound.least}` : `<= ${bound.most}`, value, reached }];
  });
}
