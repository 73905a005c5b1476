import type { ClaimedJob, LanePosition } from '../../src/sql/claim.ts';

/** A job as a worker has claimed it once. Good until someone else settles the job or takes it back. */
export interface Ticket {
  job: ClaimedJob;
  /** The registration under which it was claimed. */
  workerId: string;
  /** Its worker has been told how it ended. */
  ended: boolean;
}

/** A worker as its process knows itself: it never forgets a ticket, so it can always come back from the dead. */
export interface Hand {
  name: string;
  /** Its latest registration. */
  workerId: string;
  tickets: Ticket[];
  /** By queue: past which job it begins its next claim, in each priority. */
  positions: Map<string, Map<number, LanePosition>>;
}

export const createHand = (name: string): Hand => ({ name, workerId: '', tickets: [], positions: new Map() });

/** The claims of which it has been told how every job ended; their rows go with its next claim. */
export function takeFinished(hand: Hand): string[] {
  const unfinished = new Set(hand.tickets.filter(({ ended }) => !ended).map(({ job }) => job.claimId));
  const all = new Set(hand.tickets.map(({ job }) => job.claimId));
  return [...all].filter((claimId) => !unfinished.has(claimId));
}

export function positionsIn(hand: Hand, queue: string): LanePosition[] {
  return [...(hand.positions.get(queue)?.values() ?? [])].sort((a, b) => a.priority - b.priority);
}

/** Goes on behind these jobs, as `src/lanes.ts` does. */
export function stand(hand: Hand, queue: string, jobs: readonly ClaimedJob[], wentEverywhere: boolean): void {
  const lanes = hand.positions.get(queue) ?? new Map<number, LanePosition>();
  hand.positions.set(queue, lanes);
  for (const { priority, due, id } of jobs) {
    const position = lanes.get(priority);
    const isPast = !position || due > position.due || (due === position.due && id > position.id);
    if (!wentEverywhere || isPast) lanes.set(priority, { priority, due, id });
  }
}
