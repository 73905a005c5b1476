import type { JobType, Script } from './jobs.ts';
import { createRandom, type Random } from './random.ts';

/** One call of the enqueuer. */
export interface EnqueueCall {
  /** When, in ms since the start. */
  atMs: number;
  /** `single` and `bulk` are without a transaction; `rollback` is a transaction that ends so. */
  how: 'single' | 'bulk' | 'transaction' | 'rollback';
  type: JobType;
  priority: number;
  /** 0: at once. */
  delayMs: number;
  maxAttempts: number;
  scripts: Script[];
}

/** Jobs that must complete have attempts enough for every fault of the schedule. */
const PLENTY = 1_000;
const HOWS = ['single', 'single', 'transaction', 'transaction', 'bulk', 'rollback'] as const;
const LANES = [-10, 0, 0, 0, 5, 100] as const;

/** All that is enqueued in a run, from the seed alone. About 40 jobs a second, and 100 more in bursts. */
export function planJobs(seed: number, forMs: number): EnqueueCall[] {
  const random = createRandom(seed);
  const calls: EnqueueCall[] = [];
  let n = 0;
  for (let atMs = 0; atMs < forMs; atMs += random.int(20, 100)) {
    const how = random.pick(HOWS);
    const type: JobType =
      how === 'bulk'
        ? random.pick(['plain', 'plain', 'plain', 'timed'])
        : random.pick([
            'plain',
            'plain',
            'timed',
            'timed',
            'timed',
            'flaky',
            'flaky',
            'doomed',
            'slow_effect',
            'long',
          ]);
    const many =
      how === 'single' ? 1 : how === 'bulk' && type === 'plain' ? random.int(10, 100) : random.int(1, 4);
    const common = drawScript(type, random);
    const inTransaction = how === 'transaction' || how === 'rollback';
    const scripts = Array.from({ length: many }, () => ({ ...common, n: n++, inTransaction }));
    calls.push({
      atMs,
      how,
      type,
      priority: random.pick(LANES),
      delayMs: random.chance(0.2) ? random.int(1, 1_000) : 0,
      maxAttempts: common.fate === 'exhausts' ? random.int(1, 3) : PLENTY,
      scripts,
    });
  }
  return calls;
}

function drawScript(type: JobType, random: Random): Omit<Script, 'n' | 'inTransaction'> {
  const script = { fate: 'completes', workMs: 0, failures: 0, effect: true, effectMs: 0 } as const;
  switch (type) {
    case 'plain':
      return { ...script, effect: false };
    case 'timed':
      return { ...script, workMs: random.int(0, 300) };
    case 'flaky':
      return { ...script, workMs: random.int(0, 50), failures: random.int(1, 3) };
    case 'doomed':
      return { ...script, fate: random.pick(['exhausts', 'refused']), workMs: random.int(0, 50) };
    case 'long':
      return { ...script, workMs: random.int(2_200, 3_000) };
    case 'slow_effect':
      return { ...script, workMs: random.int(0, 100), effectMs: random.int(50, 400) };
  }
}
