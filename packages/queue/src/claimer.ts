import type { Sql } from '@orq/db';
import { v7 as uuidv7 } from 'uuid';
import type { ClaimLedger } from './claim-ledger.ts';
import { createLanes, type Lanes } from './lanes.ts';
import { type Claim, type ClaimedJob, type ClaimFrom, claimJobs } from './sql/claim.ts';
import type { Place } from './sql/concurrency-keys.ts';
import { releaseClaims } from './sql/release.ts';
import { within } from './within.ts';

export interface ClaimerDeps {
  sql: Sql;
  queues: readonly string[];
  ledger: ClaimLedger;
  /** Job types that other live workers know and this one does not. */
  leftToOthers: ReadonlySet<string>;
  /** Aborted when the worker stops: what a claim still gives then is handed back at once. */
  stopped: AbortSignal;
  /** How long a claim may take before its answer counts as lost. In ms. */
  boundMs: number;
  /** Called when it is not known what became of a claim. */
  onLostAnswer(): void;
  /** Called with what a long sweep has found, beside the claims. */
  onStragglers(jobs: readonly ClaimedJob[], workerId: string): void;
}

export interface Claimer {
  /**
   * Takes jobs from the queues, each call beginning with the next queue. Gives them queue by queue: what one has given
   * runs, even when the next cannot be asked any more.
   */
  claim(request: ClaimAll): AsyncGenerator<Taken, void, undefined>;
  /** The next claim begins with these jobs: they stand behind the worker's positions, and a sweep may be far off. */
  hint(places: readonly Place[]): void;
  /** How long until there may be more than the last claims found, in ms, in queues from which jobs may come. */
  moreIn(roomIn: (queue: string) => number): number;
}

interface ClaimAll {
  workerId: string;
  limit: number;
  /** How many of them may come from one queue. */
  roomIn(queue: string): number;
  /** Sweeps each queue, whatever that costs: what is not given then is not there. */
  everywhere?: boolean;
}

/** What a queue gave. */
interface Taken {
  jobs: ClaimedJob[];
  /** Jobs that were due too, but wait for a slot of their key: they took up room in this claim alone. */
  parked: number;
  /** It may have more that is due: there was no room for all. */
  more: boolean;
}

interface QueueState {
  lanes: Lanes;
  /** A long sweep is under way. */
  sweeping: boolean;
}

/** How long a sweep that is done beside the claims may take. In ms. */
const LONG_SWEEP_BOUND_MS = 600_000;
/** Hints that are kept at most; what is dropped, a sweep finds. */
const MOST_HINTS = 100;
/** Jobs that one such sweep brings at most. */
const STRAGGLERS_AT_ONCE = 100;

const isFull = ({ jobs, parked }: Claim, limit: number) => jobs.length + parked >= limit;

export function createClaimer(deps: ClaimerDeps): Claimer {
  const { sql, queues, ledger, leftToOthers, stopped, boundMs, onLostAnswer, onStragglers } = deps;
  const states = new Map<string, QueueState>(
    queues.map((queue) => [queue, { lanes: createLanes(), sweeping: false }]),
  );
  let hints: Place[] = [];
  let first = 0;

  async function ask(
    queue: string,
    workerId: string,
    limit: number,
    from: ClaimFrom,
    answerMs: number,
  ): Promise<Claim> {
    const claimId = uuidv7();
    const finished = ledger.takeFinished();
    ledger.begin(claimId);
    try {
      const request = { claimId, workerId, queue, limit, except: [...leftToOthers], finished, from };
      const claim = await within(answerMs, claimJobs(sql, request));
      const { jobs } = claim;
      if (stopped.aborted && jobs.length > 0) {
        await within(boundMs, releaseClaims(sql, [claimId]));
        jobs.length = 0;
      }
      ledger.granted(claimId, jobs.length);
      return claim;
    } catch (error) {
      ledger.forget(claimId);
      ledger.keepFinished(finished);
      onLostAnswer();
      throw error;
    }
  }

  async function sweep(
    queue: string,
    { lanes }: QueueState,
    workerId: string,
    limit: number,
    from: 'sweep' | 'exclusive sweep',
    answerMs: number,
  ) {
    const begunAt = performance.now();
    const claim = await ask(queue, workerId, limit, from, answerMs);
    lanes.swept(claim.jobs, isFull(claim, limit), performance.now() - begunAt);
    return claim;
  }

  function sweepBeside(queue: string, state: QueueState, workerId: string, room: number) {
    state.sweeping = true;
    const limit = Math.min(STRAGGLERS_AT_ONCE, room);
    sweep(queue, state, workerId, limit, 'exclusive sweep', LONG_SWEEP_BOUND_MS)
      .then(({ jobs }) => onStragglers(jobs, workerId))
      // The claims meet the same fault, and tell of it.
      .catch(() => undefined)
      .finally(() => (state.sweeping = false));
  }

  async function claimFrom(
    queue: string,
    state: QueueState,
    workerId: string,
    limit: number,
    room: number,
    everywhere: boolean,
  ) {
    const { lanes } = state;
    if (everywhere) return sweep(queue, state, workerId, limit, 'sweep', boundMs);
    if (lanes.sweepDue() && !state.sweeping) {
      if (lanes.sweepIsCheap()) return sweep(queue, state, workerId, limit, 'sweep', boundMs);
      sweepBeside(queue, state, workerId, room);
    }
    const claim = await ask(queue, workerId, limit, lanes.positions(), boundMs);
    lanes.claimed(claim.jobs);
    return claim;
  }

  return {
    async *claim({ workerId, limit, roomIn, everywhere = false }) {
      first = (first + 1) % queues.length;
      let left = limit;
      for (const { queue, ...place } of hints.splice(0, everywhere ? 0 : limit)) {
        if (roomIn(queue) === 0) continue;
        // One job at a time: behind it may lie the dead entries that positions are there to avoid.
        const claim = await ask(queue, workerId, 1, [place], boundMs);
        left -= claim.jobs.length;
        // What else is due, the queues below tell.
        yield { ...claim, more: false };
      }
      const inTurn = [...states];
      for (const [queue, state] of [...inTurn.slice(first), ...inTurn.slice(0, first)]) {
        const room = roomIn(queue);
        const most = Math.min(left, room);
        if (most === 0) {
          yield { jobs: [], parked: 0, more: true };
          continue;
        }
        const claim = await claimFrom(queue, state, workerId, most, room, everywhere);
        left -= claim.jobs.length;
        yield { ...claim, more: isFull(claim, most) };
      }
    },
    hint(places) {
      const ours = places.filter(({ queue }) => states.has(queue));
      hints = [...hints, ...ours].slice(-MOST_HINTS);
    },
    moreIn(roomIn) {
      const open = [...states].filter(([queue]) => roomIn(queue) > 0);
      // What a sweep under way will find, it will bring.
      return Math.min(...open.map(([, { lanes, sweeping }]) => (sweeping ? Infinity : lanes.moreIn())));
    },
  };
}
