import {
  AFTERMATH_MS,
  LEASE_MS,
  QUEUES,
  type QueueName,
  SLOT_CONCURRENCY,
  STRANDED_NOTICE,
} from './fleet-settings.ts';
import { createRandom } from './random.ts';

export const FAULT_KINDS = [
  'kill worker',
  'pause worker',
  'block worker',
  'drain worker',
  'terminate backends',
  'crash server',
  'cut connections',
  'freeze connections',
  'lose answers',
  'strand connections',
  'pause queue',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** One fault of the schedule. */
export interface Fault {
  kind: FaultKind;
  /** When, in ms since the start. */
  atMs: number;
  /** The worker it strikes, or whose connections; null strikes all of them. */
  slot: number | null;
  /** The queue that is paused; null for all other faults. */
  queue: QueueName | null;
  /** How long it lasts, in ms; 0 where it is over at once. */
  forMs: number;
  /** Chooses the backends to terminate. */
  dice: number;
  /** Whether connections that were frozen are cut at the end, or go on; whether new ones are frozen where some are stranded. */
  cutAfter: boolean;
}

const SLOTS = SLOT_CONCURRENCY.length;

/**
 * The schedule, from the seed alone: one fault each 0.4 to 1.6 s, some of which outlast the next. A worker whose event
 * loop is blocked is left alone meanwhile, and a lease longer: what becomes of it is then its own doing.
 */
export function planFaults(seed: number, forMs: number): Fault[] {
  const random = createRandom(seed ^ 0x5f_4a_11_7e);
  const faults: Fault[] = [];
  let blocked = { slot: -1, untilMs: 0 };
  /** By slot: until when something else may be felt there. */
  const struckUntil = SLOT_CONCURRENCY.map(() => 0);
  for (let atMs = random.int(500, 1_500); atMs < forMs; atMs += random.int(400, 1_600)) {
    const drawn = random.pick(FAULT_KINDS);
    const spared = blocked.untilMs > atMs ? blocked.slot : -1;
    const kind = spared >= 0 && (strikesAll(drawn) || drawn === 'block worker') ? 'pause worker' : drawn;
    const all =
      strikesAll(kind) ||
      kind === 'pause queue' ||
      (isOfConnections(kind) && spared < 0 && random.chance(0.2));
    const slot = pickSlot(kind, random.int(0, SLOTS - 1), spared, struckUntil);
    const forAWhile = lengthOf(kind, random.int(0, 2_000));
    faults.push({
      kind,
      atMs,
      slot: all ? null : slot,
      queue: kind === 'pause queue' ? random.pick(QUEUES) : null,
      forMs: forAWhile,
      dice: random.next(),
      cutAfter: random.chance(0.5),
    });
    const untilMs =
      atMs + (kind === 'strand connections' ? STRANDED_NOTICE.clientMs : forAWhile) + AFTERMATH_MS;
    if (kind === 'block worker') blocked = { slot, untilMs };
    else if (kind !== 'pause queue')
      struckUntil.forEach((until, index) => {
        if (all || index === slot) struckUntil[index] = Math.max(until, untilMs);
      });
  }
  return faults;
}

/** A worker that is to block is the one that was left alone the longest; every other fault passes by the blocked one. */
function pickSlot(kind: FaultKind, drawn: number, spared: number, struckUntil: readonly number[]): number {
  const slot = kind === 'block worker' ? struckUntil.indexOf(Math.min(...struckUntil)) : drawn;
  return slot === spared ? (slot + 1) % SLOTS : slot;
}

const strikesAll = (kind: FaultKind) => kind === 'crash server' || kind === 'terminate backends';

const isOfConnections = (kind: FaultKind) =>
  kind === 'cut connections' || kind === 'freeze connections' || kind === 'lose answers';

function lengthOf(kind: FaultKind, ms: number): number {
  switch (kind) {
    case 'pause worker':
    case 'block worker':
    case 'strand connections':
      return LEASE_MS + 200 + ms;
    case 'freeze connections':
    case 'lose answers':
      return 500 + 2 * ms;
    case 'pause queue':
      return 500 + ms;
    case 'crash server':
      return ms / 2;
    default:
      return 0;
  }
}
