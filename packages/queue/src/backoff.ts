/** Delays that double, in ms. */
export interface Backoff {
  /** The first one, before jitter. */
  readonly baseMs: number;
  /** The longest one. */
  readonly maxMs: number;
}

/**
 * Exponential backoff with "equal jitter" (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog 2015):
 * half of `min(maxMs, baseMs * 2^(failures - 1))`, and a random share of the other half.
 *
 * @param failures how many attempts have failed, 1 or more
 * @param random from 0 up to 1
 * @returns a delay in ms
 */
export function backoffMs(failures: number, { baseMs, maxMs }: Backoff, random = Math.random()): number {
  const ceiling = Math.min(maxMs, baseMs * 2 ** Math.min(failures - 1, 40));
  return Math.round(ceiling / 2 + (random * ceiling) / 2);
}
