import type { ContenderName } from '../contenders/index.ts';
import type { Measured } from '../rounds/round.ts';
import { type Summary, summarize } from './statistics.ts';

export interface Results {
  add(round: string, contender: ContenderName, measured: Measured): void;
  /** Undefined where it was not measured. */
  summary(round: string, contender: ContenderName, metric: string): Summary | undefined;
  /** Every single figure: round, contender, metric, in the order measured. */
  all(): Record<string, Record<string, Record<string, number[]>>>;
}

export function createResults(): Results {
  const all: ReturnType<Results['all']> = {};
  return {
    add(round, contender, measured) {
      const of = ((all[round] ??= {})[contender] ??= {});
      for (const [metric, value] of Object.entries(measured)) {
        if (!Number.isNaN(value)) (of[metric] ??= []).push(value);
      }
    },
    summary(round, contender, metric) {
      const values = all[round]?.[contender]?.[metric];
      return values && summarize(values);
    },
    all: () => all,
  };
}
