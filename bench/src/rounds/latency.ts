import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../report/statistics.ts';
import type { Round } from './round.ts';

/** The first ones also open connections and prepare statements. */
const WARM_UP = 10;
const GAP = { minGapMs: 5, maxGapMs: 25 };
const LAST_JOB_MS = 2_500;

export const latency: Round = {
  name: 'latency',
  about: ({ latencySamples }) =>
    `${latencySamples} single enqueues, ${GAP.minGapMs} to ${GAP.maxGapMs} ms apart, from the call to the start of the handler in another process`,
  // pg-boss polls: its latency is the interval of its polls.
  contenders: ['orq', 'graphile-worker', 'bullmq'],
  metrics: [
    { name: 'p50_ms', label: 'enqueue to start: p50', unit: 'ms', digits: 2 },
    { name: 'p99_ms', label: 'enqueue to start: p99', unit: 'ms', digits: 2 },
  ],

  async run(open, { latencySamples }) {
    const { enqueuer, openWorker } = await open();
    const worker = await openWorker();
    worker.tell({ do: 'work', stamp: true });
    await worker.next('working');
    enqueuer.tell({ do: 'spaced', samples: WARM_UP + latencySamples, ...GAP });
    const { at: asked } = await enqueuer.next('times');
    await sleep(LAST_JOB_MS);
    await enqueuer.end();
    const { at: begun } = await worker.end();
    const waits = asked.map((at, i) => (begun[i] ?? Infinity) - at).slice(WARM_UP);
    return { p50_ms: percentile(waits, 50), p99_ms: percentile(waits, 99) };
  },
};
