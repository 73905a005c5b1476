import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  /** Default 30 000: on a busy machine what takes a moment may take long. */
  timeoutMs?: number;
  /** Completes "Waited in vain until ...". A function is asked at the end, to tell what was there instead. */
  describe: string | (() => string);
}

const POLL_MS = 20;

/**
 * Polls until the condition gives something truthy, and returns that.
 *
 * @throws where that does not happen in time, with the description; at once where the condition itself throws
 */
export async function waitFor<T>(condition: () => T | Promise<T>, options: WaitOptions): Promise<T> {
  const { timeoutMs = 30_000, describe } = options;
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > deadline) {
      const what = typeof describe === 'string' ? describe : describe();
      throw new Error(`Waited in vain, for ${timeoutMs} ms, until ${what}`);
    }
    await sleep(POLL_MS);
  }
}
