import { TimeoutError } from './errors.ts';

/** Waits. @throws the signal's reason, as soon as it is aborted */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

export interface Bounds {
  /** Undefined: no bound. */
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
  /** Whether what the work gives lives on under the caller's signal, as a body does that is still to be read. */
  livesOn?: boolean;
}

/**
 * Runs work under a signal that is aborted when the caller's is, or when the time is up. (AbortSignal.any would hold
 * on to a caller's long-lived signal for as long as that lives.)
 *
 * @param what completes "... took longer than" in the error
 * @throws {TimeoutError}; the reason of the caller's signal; what the work throws
 */
export async function within<T>(
  { timeoutMs, signal, livesOn = false }: Bounds,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(() => controller.abort(new TimeoutError(what, timeoutMs)), timeoutMs);
  let lives = false;
  try {
    const result = await work(controller.signal);
    lives = livesOn;
    return result;
  } catch (error) {
    // What fetch throws for an abort differs from runtime to runtime; the reason is always ours.
    controller.signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
    if (!lives) {
      signal?.removeEventListener('abort', abort);
      // What the work has left behind ends with it.
      controller.abort();
    }
  }
}
