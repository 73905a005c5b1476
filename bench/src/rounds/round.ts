import type { Arena } from '../arena.ts';
import type { ContenderName } from '../contenders/index.ts';
import type { Sizes } from '../sizes.ts';

/** What one measurement gave, by the names of its metrics. */
export type Measured = Readonly<Record<string, number>>;

export interface Metric {
  name: string;
  /** For the table. */
  label: string;
  unit: string;
  /** Digits behind the point in the table. */
  digits?: number;
}

export interface Round {
  name: string;
  /** What it does, for the reader of the results. */
  about(sizes: Sizes): string;
  contenders: readonly ContenderName[];
  metrics: readonly Metric[];
  /** @param open gives an empty arena; the caller closes it */
  run(open: () => Promise<Arena>, sizes: Sizes): Promise<Measured>;
}

/** How batches are enqueued in every round. */
export const BULK = { batch: 1_000, inFlight: 2 };

export const SERVER_CPU: Metric = { name: 'server_us', label: "  server's CPU", unit: 'µs/job', digits: 1 };

/** From ms for all jobs to µs a job. */
export const eachUs = (ms: number, jobs: number) => (ms * 1000) / jobs;

export const perSecond = (jobs: number, ms: number) => (jobs / ms) * 1000;
