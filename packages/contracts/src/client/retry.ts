import { NetworkError, ProblemError, TimeoutError } from './errors.ts';
import { sleep } from './time.ts';

/** Statuses that pass by themselves: too slow, too many, a service behind the api that is gone for now. */
const PASSING = new Set([408, 429, 502, 503, 504]);

const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 10_000;
/** An api that asks for more patience than this is not waited for. */
const LONGEST_RETRY_AFTER_MS = 60_000;

const passes = (error: unknown) =>
  error instanceof NetworkError ||
  error instanceof TimeoutError ||
  (error instanceof ProblemError && PASSING.has(error.status));

/**
 * How long to wait after so many failed tries, in ms: doubling from 200 up to 10,000, half of it left to chance, so that
 * clients which failed together do not come back together.
 */
export function backoffMs(failed: number): number {
  const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failed - 1));
  return longest / 2 + (Math.random() * longest) / 2;
}

/**
 * Runs a try, and again while what it throws may pass.
 *
 * @param retries how often at most, after the first try
 */
export async function retrying<T>(
  retries: number,
  signal: AbortSignal | undefined,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let failed = 1; ; failed += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (failed > retries || !passes(error)) throw error;
      const asked = error instanceof ProblemError ? (error.retryAfterMs ?? 0) : 0;
      if (asked > LONGEST_RETRY_AFTER_MS) throw error;
      await sleep(Math.max(asked, backoffMs(failed)), signal);
    }
  }
}
