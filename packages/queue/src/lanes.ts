import type { ClaimedJob, LanePosition } from './sql/claim.ts';

/** A sweep may cost this share of a worker's time: the next one is due at so many times the length of the last. */
const REST_PER_SWEEP = 20;
/** The longest rest: a sweep may have seemed long because the process stood still. In ms. */
const LONGEST_REST_MS = 30_000;
/** A sweep that takes longer than this is done beside the claims, by one worker at a time. In ms. */
const CHEAP_SWEEP_MS = 20;

/**
 * Where a worker stands in one queue: in each priority (a lane), just past the job that it claimed last.
 *
 * Claims begin there, not at the head of the lane, since the head is where dead entries pile up: while anyone holds a
 * snapshot, vacuum cannot remove them, and whoever begins at the head walks over all of them. What becomes visible
 * behind the position (a transaction that commits late, a job handed back, a run_at in the past, a new priority) is
 * found by a sweep from the heads. Sweeps are rationed by what they cost: a cheap one follows the last within
 * milliseconds.
 */
export interface Lanes {
  /** The positions, most urgent lane first. */
  positions(): LanePosition[];
  sweepDue(): boolean;
  /** Whether a sweep is short enough to take the place of a claim. */
  sweepIsCheap(): boolean;
  /** A claim from the positions gave these jobs, in the order of their run. */
  claimed(jobs: readonly ClaimedJob[]): void;
  /** A sweep gave these jobs; `full` when there was no room for more of them. It took `ms`. */
  swept(jobs: readonly ClaimedJob[], full: boolean, ms: number): void;
  /** How long until there may be more to find than the last claim found, in ms; Infinity when it looked everywhere. */
  moreIn(): number;
}

const isPast = (a: LanePosition, b: LanePosition) => a.due > b.due || (a.due === b.due && a.id > b.id);

/** @param now a clock that never goes back, in ms */
export function createLanes(now = () => performance.now()): Lanes {
  const lanes = new Map<number, LanePosition>();
  let sweepDueAt = -Infinity;
  let lastSweepMs = 0;
  /** Whether the last look went everywhere and took all that there was. */
  let exhausted = false;

  const stand = ({ priority, due, id }: ClaimedJob) => void lanes.set(priority, { priority, due, id });

  return {
    positions: () => [...lanes.values()].sort((a, b) => a.priority - b.priority),
    sweepDue: () => now() >= sweepDueAt,
    sweepIsCheap: () => lastSweepMs <= CHEAP_SWEEP_MS,
    claimed(jobs) {
      exhausted = false;
      // In the order of their run: the last one of each priority is where it ends.
      jobs.forEach((job, index) => {
        if (job.priority !== jobs[index + 1]?.priority) stand(job);
      });
    },
    swept(jobs, full, ms) {
      // One that another worker's sweep has refused is short, and tells nothing of what a sweep costs.
      lastSweepMs = Math.max(ms, lastSweepMs / 2);
      sweepDueAt = now() + Math.min(REST_PER_SWEEP * lastSweepMs, LONGEST_REST_MS);
      exhausted = !full;
      for (const job of jobs) {
        const position = lanes.get(job.priority);
        // A sweep that was not full has found stragglers only; after one that was, go on where it ended.
        if (full || !position || isPast(job, position)) stand(job);
      }
    },
    moreIn: () => (exhausted ? Infinity : Math.max(0, sweepDueAt - now())),
  };
}
