import { setTimeout as sleep } from 'node:timers/promises';
import type { Enqueuer } from '../contender.ts';
import { now } from './protocol.ts';

/** Says how many more jobs may be taken, up to `wanted`; 0 for no more. */
type Take = (wanted: number) => Promise<number> | number;

async function inBatches(enqueuer: Enqueuer, batch: number, inFlight: number, take: Take): Promise<void> {
  let next = 0;
  async function loop(): Promise<void> {
    for (let size = await take(batch); size > 0; size = await take(batch)) {
      const from = next;
      next += size;
      await enqueuer.enqueueBulk(Array.from({ length: size }, (_, index) => ({ i: from + index })));
    }
  }
  await Promise.all(Array.from({ length: inFlight }, loop));
}

/** Enqueues so many jobs, `inFlight` calls of `batch` jobs at a time. @returns how long it took, in ms */
export async function enqueueInBulk(enqueuer: Enqueuer, jobs: number, batch: number, inFlight: number) {
  const begunAt = now();
  let left = jobs;
  await inBatches(enqueuer, batch, inFlight, (wanted) => {
    const size = Math.min(wanted, left);
    left -= size;
    return size;
  });
  return now() - begunAt;
}

export interface Feed {
  start(batch: number, inFlight: number): Promise<void>;
  /** So many jobs in all, from now on. */
  allow(jobs: number): void;
  stop(): Promise<void>;
}

/** Enqueues in bulk for as long as it is allowed more. */
export function createFeed(enqueuer: Enqueuer): Feed {
  let allowed = 0;
  let taken = 0;
  let stopped = false;
  let running = Promise.resolve();
  const waiting = new Set<() => void>();

  async function take(wanted: number): Promise<number> {
    while (!stopped && taken + wanted > allowed) {
      await new Promise<void>((resolve) => waiting.add(resolve));
    }
    if (stopped) return 0;
    taken += wanted;
    return wanted;
  }

  function rouse() {
    for (const resolve of waiting) resolve();
    waiting.clear();
  }

  return {
    start: (batch: number, inFlight: number) => (running = inBatches(enqueuer, batch, inFlight, take)),
    allow(jobs: number) {
      allowed = jobs;
      rouse();
    },
    async stop() {
      stopped = true;
      rouse();
      await running;
    },
  };
}

/** So many loops that each enqueue one job after the other, for `ms`. @returns how many it were, and how long it took */
export async function enqueueSingly(enqueuer: Enqueuer, loops: number, ms: number) {
  const begunAt = now();
  let jobs = 0;
  async function loop(): Promise<void> {
    while (now() - begunAt < ms) {
      await enqueuer.enqueueOne({ i: jobs });
      jobs += 1;
    }
  }
  await Promise.all(Array.from({ length: loops }, loop));
  return { jobs, ms: now() - begunAt };
}

/** Enqueues one job at a time with random gaps between them. @returns when each call began */
export async function enqueueSpaced(
  enqueuer: Enqueuer,
  samples: number,
  minGapMs: number,
  maxGapMs: number,
): Promise<number[]> {
  const at: number[] = [];
  for (let i = 0; i < samples; i += 1) {
    await sleep(minGapMs + Math.random() * (maxGapMs - minGapMs));
    at.push(now());
    await enqueuer.enqueueOne({ i });
  }
  return at;
}
