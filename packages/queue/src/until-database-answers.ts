import { backoffMs } from './backoff.ts';
import { errorText, isTransient } from './errors.ts';
import type { Logger } from './logger.ts';
import { sleep } from './sleep.ts';

const RECONNECT = { baseMs: 100, maxMs: 5_000 };

/**
 * Calls the database until it answers, with backoff from 0.1 to 5 s while it is gone.
 *
 * @param signal ends the waiting
 * @throws what the call throws, once that is not the database's absence
 */
export async function untilDatabaseAnswers<T>(
  call: () => Promise<T>,
  log: Logger,
  signal?: AbortSignal,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await call();
    } catch (error) {
      if (!isTransient(error) || signal?.aborted) throw error;
      log.warn({ error: errorText(error), failures }, 'the database does not answer; trying again');
      await sleep(backoffMs(failures, RECONNECT), signal);
    }
  }
}
