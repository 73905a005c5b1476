import { ProblemError } from '../problem.ts';

const MINUTE_MS = 60_000;
/** So many callers are remembered, those that came last: one that is forgotten begins anew. */
const MAX_CALLERS = 10_000;

/** Counts a call of someone. @throws {ProblemError} `rate-limited`, where they have made too many */
export type RateLimit = (whose: string) => void;

interface Bucket {
  tokens: number;
  at: number;
}

/**
 * A token bucket for each caller (https://en.wikipedia.org/wiki/Token_bucket) that holds the calls of one minute.
 *
 * @param perMinute 0: no limit
 * @param setting names the limit to whoever meets it
 */
export function createRateLimit(
  perMinute: number,
  setting: string,
  now: () => number = () => performance.now(),
): RateLimit {
  if (perMinute === 0) return () => undefined;
  const perMs = perMinute / MINUTE_MS;
  const buckets = new Map<string, Bucket>();

  return (whose) => {
    const at = now();
    const before = buckets.get(whose) ?? { tokens: perMinute, at };
    const tokens = Math.min(perMinute, before.tokens + (at - before.at) * perMs);
    // A map keeps its order of insertion: the first one is whoever has been away for longest.
    buckets.delete(whose);
    buckets.set(whose, { tokens: tokens < 1 ? tokens : tokens - 1, at });
    const [oldest] = buckets.size > MAX_CALLERS ? buckets.keys() : [];
    if (oldest !== undefined) buckets.delete(oldest);
    if (tokens >= 1) return;
    const seconds = Math.ceil((1 - tokens) / perMs / 1000);
    throw new ProblemError(
      'rate-limited',
      `More than ${perMinute} calls a minute (${setting}); try again in ${seconds} s`,
      { headers: { 'retry-after': String(seconds) } },
    );
  };
}
