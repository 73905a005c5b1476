import { ERRORS, type Lock, type Locker } from '@tus/server';

/** How long a request waits for the one before it to end, in ms. */
const WAIT_MS = 30_000;

interface Holder {
  /** Asks it to end. */
  requestRelease: () => Promise<void> | void;
  released: Promise<void>;
  release: () => void;
}

/**
 * One request at a time for an upload: a client that comes back is often faster than the news that it had gone. Between
 * processes, the key of a piece's row sees to it. (The library's own locker waits in a loop that takes all of the processor.)
 */
export class UploadLocker implements Locker {
  readonly #held = new Map<string, Holder>();

  newLock(id: string): Lock {
    let own: Holder | undefined;
    return {
      lock: async (signal, requestRelease) => {
        const over = AbortSignal.any([signal, AbortSignal.timeout(WAIT_MS)]);
        for (let holder = this.#held.get(id); holder; holder = this.#held.get(id)) {
          await holder.requestRelease();
          if (!(await releasedBefore(over, holder.released))) throw ERRORS.ERR_LOCK_TIMEOUT;
        }
        let release = () => {};
        const released = new Promise<void>((resolve) => (release = resolve));
        own = { requestRelease, released, release };
        this.#held.set(id, own);
      },
      unlock: async () => {
        if (own && this.#held.get(id) === own) this.#held.delete(id);
        own?.release();
      },
    };
  }
}

async function releasedBefore(over: AbortSignal, released: Promise<void>): Promise<boolean> {
  let giveUp = () => {};
  const late = new Promise<false>((resolve) => (giveUp = () => resolve(false)));
  if (over.aborted) giveUp();
  over.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([released.then(() => true), late]);
  } finally {
    over.removeEventListener('abort', giveUp);
  }
}
