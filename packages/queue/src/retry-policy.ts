import { z } from 'zod';
import { backoffMs } from './backoff.ts';

/** The longest delay that a policy may ask for: 30 days, in ms. */
export const LONGEST_DELAY_MS = 30 * 24 * 3_600_000;

/** Delays in ms, at most 30 days. */
const Delay = z.number().min(0).max(LONGEST_DELAY_MS);

const FixedPolicy = z.strictObject({ delayMs: Delay });
const ExponentialPolicy = z.strictObject({ baseMs: Delay.default(2_000), maxMs: Delay.default(600_000) });

/** A policy that can be kept with a job: data, no function. */
export const RetryPolicySchema = z.union([FixedPolicy, ExponentialPolicy]);

/**
 * How long to wait after a failed attempt, in ms. `{ delayMs }`: always the same. `{ baseMs, maxMs }`: doubling from
 * `baseMs` (2,000 by default) up to `maxMs` (600,000 by default), half of each delay left to chance.
 */
export type RetryPolicy = z.input<typeof RetryPolicySchema>;

/** What a retry function is told of the failure. */
export interface Failure {
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  readonly error: unknown;
  readonly job: { readonly id: string; readonly type: string };
}

/** Gives the delay before the next attempt, in ms from 0 to 30 days. */
export type RetryFunction = (failure: Failure) => number;

export const DEFAULT_RETRY = ExponentialPolicy.parse({});

/**
 * @returns the delay before the next attempt, in ms
 * @throws {z.ZodError} when a retry function gives no delay; whatever it throws itself
 */
export function retryDelayMs(policy: RetryPolicy | RetryFunction, failure: Failure): number {
  if (typeof policy === 'function') return Delay.parse(policy(failure));
  const parsed = RetryPolicySchema.parse(policy);
  return 'delayMs' in parsed ? parsed.delayMs : backoffMs(failure.attempt, parsed);
}
