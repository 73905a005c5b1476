/** Jobs that are claimed ahead at most. */
const MOST = 500;
/** How much of the past the estimates remember: the weight of the newest measurement. */
const WEIGHT = 0.3;
/** Measured over at least this long, in ms. */
const WINDOW_MS = 20;
/** How many claims' worth of work is kept ahead: one under way, and one to begin it in time. */
const CLAIMS_AHEAD = 2;

/**
 * How many jobs to claim beyond those that can run at once, so that no slot waits for a claim. By Little's law: the rate
 * at which jobs end, times the time that a claim takes. For jobs that take long it is 0, and nothing is hoarded.
 */
export interface Lookahead {
  jobEnded(): void;
  claimTook(ms: number): void;
  jobs(): number;
}

/** @param now a clock that never goes back, in ms */
export function createLookahead(now = () => performance.now()): Lookahead {
  let ratePerMs = 0;
  let claimMs = 1;
  let ended = 0;
  let since = now();

  function measure() {
    const elapsed = now() - since;
    if (elapsed < WINDOW_MS) return;
    ratePerMs += (ended / elapsed - ratePerMs) * WEIGHT;
    ended = 0;
    since = now();
  }

  return {
    jobEnded: () => void (ended += 1),
    claimTook: (ms) => void (claimMs += (ms - claimMs) * WEIGHT),
    jobs() {
      measure();
      return Math.min(MOST, Math.floor(ratePerMs * claimMs * CLAIMS_AHEAD));
    },
  };
}
