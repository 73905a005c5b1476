import type { Arena } from '../arena.ts';
import { BULK, eachUs } from './round.ts';

/** Jobs that may wait: enough to keep the worker busy, few enough that neither side runs away from the other. */
export const BACKLOG = 10_000;

interface Point {
  jobs: number;
  at: number;
}

/** Jobs completed over time. */
export interface Flow {
  /** Jobs a second between two times, in ms after the first job. */
  rate(fromMs: number, toMs: number): number;
  /** CPU time a job, in µs. */
  cost: { enqueuer: number; worker: number; server: number };
}

/**
 * Enqueues and processes at once for `ms` after the first job: one process enqueues in bulk, as long as no more than
 * BACKLOG jobs wait, and another works them off.
 */
export async function flow(arena: Arena, ms: number): Promise<Flow> {
  const { enqueuer, openWorker, serverCpuMs, settleDown } = arena;
  await settleDown();
  const worker = await openWorker();
  const points: Point[] = [];
  const over = new Promise<void>((resolve) => {
    worker.onCount(({ jobs, at }) => {
      enqueuer.tell({ do: 'allow', jobs: jobs + BACKLOG });
      if (jobs > 0) points.push({ jobs, at });
      if (at - (points[0]?.at ?? at) >= ms) resolve();
    });
  });
  const before = serverCpuMs();
  enqueuer.tell({ do: 'feed', ...BULK });
  worker.tell({ do: 'work', stamp: false });
  await Promise.race([over, worker.lost, enqueuer.lost]);
  const server = serverCpuMs() - before;
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) throw new Error('Not one job was done');
  const [enqueued, worked] = [await enqueuer.end(), await worker.end()];
  return {
    rate: rateOf(points, first),
    cost: {
      enqueuer: eachUs(enqueued.cpuMs, last.jobs),
      worker: eachUs(worked.cpuMs, last.jobs),
      server: eachUs(server, last.jobs),
    },
  };
}

function rateOf(points: readonly Point[], first: Point): Flow['rate'] {
  const pointAfter = (ms: number) => points.find(({ at }) => at - first.at >= ms) ?? points.at(-1) ?? first;
  return (fromMs, toMs) => {
    const [from, to] = [pointAfter(fromMs), pointAfter(toMs)];
    return ((to.jobs - from.jobs) / (to.at - from.at)) * 1000;
  };
}
