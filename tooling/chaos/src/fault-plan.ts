import { LEASE_MS, SLOT_CONCURRENCY } from './fleet-settings.ts';
import { createRandom } from './random.ts';

export const FAULT_KINDS = [
  'kill worker',
  'pause worker',
  'drain worker',
  'terminate backends',
  'crash server',
  'cut connections',
  'freeze connections',
  'lose answers',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** One fault of the schedule. */
export interface Fault {
  kind: FaultKind;
  /** When, in ms since the start. */
  atMs: number;
  /** The worker it strikes, or whose connections; null strikes all of them. */
  slot: number | null;
  /** How long it lasts, in ms; 0 where it is over at once. */
  forMs: number;
  /** Chooses the backends to terminate. */
  dice: number;
  /** Whether connections that were frozen are cut at the end, or go on. */
  cutAfter: boolean;
}

/** The schedule, from the seed alone: one fault each 0.4 to 1.6 s, some of which outlast the next. */
export function planFaults(seed: number, forMs: number): Fault[] {
  const random = createRandom(seed ^ 0x5f_4a_11_7e);
  const faults: Fault[] = [];
  for (let atMs = random.int(500, 1_500); atMs < forMs; atMs += random.int(400, 1_600)) {
    const kind = random.pick(FAULT_KINDS);
    const slot = random.int(0, SLOT_CONCURRENCY.length - 1);
    faults.push({
      kind,
      atMs,
      slot: isOfServer(kind) || (isOfConnections(kind) && random.chance(0.2)) ? null : slot,
      forMs: lengthOf(kind, random.int(0, 2_000)),
      dice: random.next(),
      cutAfter: random.chance(0.5),
    });
  }
  return faults;
}

const isOfServer = (kind: FaultKind) => kind === 'crash server' || kind === 'terminate backends';

const isOfConnections = (kind: FaultKind) =>
  kind === 'cut connections' || kind === 'freeze connections' || kind === 'lose answers';

function lengthOf(kind: FaultKind, ms: number): number {
  switch (kind) {
    case 'pause worker':
      return LEASE_MS + 200 + ms;
    case 'freeze connections':
    case 'lose answers':
      return 500 + 2 * ms;
    case 'crash server':
      return ms / 2;
    default:
      return 0;
  }
}
