/** How long to wait after a failed attempt. Times in ms. */
export interface RetryPolicy {
  /** Delay after the first failure, before jitter. Default 2,000. */
  readonly baseMs: number;
  /** The longest delay. Default 600,000. */
  readonly maxMs: number;
}

export const defaultRetryPolicy: RetryPolicy = { baseMs: 2_000, maxMs: 600_000 };

const LONGEST_DELAY_MS = 30 * 24 * 3_600_000;

/** Fills in what is left out. @throws {RangeError} when a delay is not from 0 to 30 days */
export function retryPolicy(given: Partial<RetryPolicy> = {}): RetryPolicy {
  const policy = { ...defaultRetryPolicy, ...given };
  for (const [name, ms] of Object.entries(policy)) {
    if (!(ms >= 0 && ms <= LONGEST_DELAY_MS)) {
      throw new RangeError(`retry.${name} must be from 0 to ${LONGEST_DELAY_MS} ms; it is ${ms}`);
    }
  }
  return policy;
}

/**
 * Exponential backoff with "equal jitter" (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog 2015):
 * half of `min(maxMs, baseMs * 2^(failures - 1))`, and a random share of the other half.
 *
 * @param failures how many attempts have failed, 1 or more
 * @param random from 0 up to 1
 * @returns a delay in ms
 */
export function backoffMs(
  failures: number,
  policy: RetryPolicy = defaultRetryPolicy,
  random = Math.random(),
) {
  const ceiling = Math.min(policy.maxMs, policy.baseMs * 2 ** Math.min(failures - 1, 40));
  return Math.round(ceiling / 2 + (random * ceiling) / 2);
}
