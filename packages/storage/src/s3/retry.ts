import { setTimeout as sleep } from 'node:timers/promises';
import { StorageFullError, StorageUnavailableError } from '../errors.ts';
import { S3Error } from './errors.ts';

const TRIES = 5;
const FIRST_DELAY_MS = 100;
const PASSING_STATUSES = new Set([408, 429, 500, 502, 503, 504]);
const PASSING_CODES = new Set(['RequestTimeout', 'SlowDown', 'InternalError', 'OperationAborted']);

/** What a service refuses stays refused, unless it says otherwise; what the network does may pass. */
const passes = (error: unknown) =>
  error instanceof S3Error
    ? PASSING_STATUSES.has(error.status) || PASSING_CODES.has(error.code)
    : !(error instanceof StorageFullError);

/** Waits before try number `failed + 1`: from 100 ms on, doubled each time, half of it left to chance. */
export async function backoff(failed: number, signal?: AbortSignal): Promise<void> {
  const longest = FIRST_DELAY_MS * 2 ** (failed - 1);
  try {
    await sleep(longest / 2 + (Math.random() * longest) / 2, undefined, signal && { signal });
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  }
}

const wordsOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/**
 * Tries up to five times while what is thrown may pass.
 *
 * @throws {StorageUnavailableError} when it has not passed; the signal's reason once that is aborted
 */
export async function retrying<T>(
  signal: AbortSignal | undefined,
  attempt: (failed: number) => Promise<T>,
): Promise<T> {
  for (let failed = 0; ; failed += 1) {
    try {
      signal?.throwIfAborted();
      return await attempt(failed);
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (!passes(error)) throw error;
      if (failed + 1 >= TRIES) throw new StorageUnavailableError(wordsOf(error), { cause: error });
      await backoff(failed + 1, signal);
    }
  }
}
