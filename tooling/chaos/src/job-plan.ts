import { QUEUES } from './fleet-settings.ts';
import type { JobType, Script } from './jobs.ts';
import { createRandom, type Random } from './random.ts';

/** One call of the enqueuer. */
export interface EnqueueCall {
  /** When, in ms since the start. */
  atMs: number;
  /** `single` and `bulk` are without a transaction; `rollback` is a transaction that ends so. */
  how: 'single' | 'bulk' | 'transaction' | 'rollback';
  type: JobType;
  queue: string;
  priority: number;
  /** 0: at once. */
  delayMs: number;
  maxAttempts: number;
  /** How long an attempt may take; null: as long as it likes. */
  timeoutMs: number | null;
  /** The deadline, from the call on; null: none. */
  deadlineMs: number | null;
  /** So long after the jobs are there for certain they are cancelled; null: they are not. */
  cancelAfterMs: number | null;
  scripts: Script[];
}

/** Jobs that must complete have attempts enough for every fault of the schedule. */
const PLENTY = 1_000;
const HOWS = ['single', 'single', 'transaction', 'transaction', 'bulk', 'rollback'] as const;
const URGENT = -100;
const LANES = [-10, 0, 0, 0, 5, 100] as const;
const BULK_TYPES = ['plain', 'plain', 'plain', 'timed'] as const;
const TYPES = [
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
  'watchful',
  'watchful',
  'snoozing',
  'overtime',
  'expiring',
] as const;
interface Key {
  name: string;
  /** How many of its jobs may run at once. */
  limit: number;
}

const KEYS: readonly [Key, ...Key[]] = [
  { name: 'one after the other', limit: 1 },
  { name: 'customer 1', limit: 1 },
  { name: 'customer 2', limit: 1 },
  { name: 'two at once', limit: 2 },
  { name: 'three at once', limit: 3 },
];
/** Jobs of one call at most, where they share a key: they run in a line. */
const MOST_IN_LINE = 15;

/** All that is enqueued in a run, from the seed alone. About 40 jobs a second, and 100 more in bursts. */
export function planJobs(seed: number, forMs: number): EnqueueCall[] {
  const random = createRandom(seed);
  const calls: EnqueueCall[] = [];
  let n = 0;
  for (let atMs = 0; atMs < forMs; atMs += random.int(20, 100)) {
    const how = random.pick(HOWS);
    const type = how === 'bulk' ? random.pick(BULK_TYPES) : random.pick(TYPES);
    const key = random.chance(isLong(type) ? 0.1 : 0.2) ? random.pick(KEYS) : null;
    const most =
      how === 'bulk' && type === 'plain' ? random.int(10, 100) : random.int(1, isLong(type) ? 2 : 4);
    const many = how === 'single' ? 1 : key ? Math.min(most, MOST_IN_LINE) : most;
    const common = { ...drawScript(type, random), key: key?.name ?? null, keyLimit: key?.limit ?? 1 };
    const inTransaction = how === 'transaction' || how === 'rollback';
    calls.push({
      atMs,
      how,
      type,
      queue: random.pick(QUEUES),
      // Ahead of all others: most of them run when their cancel comes.
      priority: type === 'watchful' ? URGENT : random.pick(LANES),
      delayMs: type !== 'watchful' && random.chance(0.2) ? random.int(1, 1_000) : 0,
      maxAttempts: common.fate === 'exhausts' ? random.int(1, 3) : PLENTY,
      timeoutMs: timeoutOf(type, random),
      deadlineMs: deadlineOf(type, random),
      cancelAfterMs: random.chance(type === 'watchful' ? 0.8 : 0.05) ? random.int(0, 1_500) : null,
      scripts: Array.from({ length: many }, () => ({ ...common, n: n++, inTransaction })),
    });
  }
  return calls;
}

const isLong = (type: JobType) => type === 'long' || type === 'watchful';

const LONGEST_ATTEMPT_MS = 300;
const FAR_AWAY_MS = 3_600_000;

/** Some have limits that they do not reach. */
function timeoutOf(type: JobType, random: Random): number | null {
  if (type === 'overtime') return random.int(100, LONGEST_ATTEMPT_MS);
  return random.chance(0.1) ? FAR_AWAY_MS : null;
}

function deadlineOf(type: JobType, random: Random): number | null {
  if (type === 'expiring') return random.int(200, 1_500);
  return random.chance(0.1) ? FAR_AWAY_MS : null;
}

type Plot = Omit<Script, 'n' | 'inTransaction' | 'key' | 'keyLimit'>;

const UNEVENTFUL: Plot = {
  fate: 'completes',
  workMs: 0,
  failures: 0,
  failure: 'throws',
  snoozes: 0,
  returnMs: 0,
  effect: true,
  effectMs: 0,
};

function drawScript(type: JobType, random: Random): Plot {
  switch (type) {
    case 'plain':
      return { ...UNEVENTFUL, effect: false };
    case 'timed':
      return { ...UNEVENTFUL, workMs: random.int(0, 300) };
    case 'flaky':
      return {
        ...UNEVENTFUL,
        workMs: random.int(0, 50),
        failures: random.int(1, 3),
        failure: random.pick(['throws', 'names a delay', 'names a time']),
        returnMs: random.int(50, 500),
      };
    case 'doomed':
      return { ...UNEVENTFUL, fate: random.pick(['exhausts', 'refused']), workMs: random.int(0, 50) };
    case 'long':
      return { ...UNEVENTFUL, workMs: random.int(2_200, 3_000) };
    case 'slow_effect':
      return { ...UNEVENTFUL, workMs: random.int(0, 100), effectMs: random.int(50, 400) };
    case 'watchful':
      return { ...UNEVENTFUL, workMs: random.int(3_000, 6_000) };
    case 'snoozing':
      return {
        ...UNEVENTFUL,
        workMs: random.int(0, 50),
        snoozes: random.int(1, 3),
        returnMs: random.int(50, 500),
      };
    case 'overtime':
      return { ...UNEVENTFUL, failures: random.int(1, 2), failure: 'takes too long' };
    case 'expiring':
      return { ...UNEVENTFUL, fate: 'expires' };
  }
}
