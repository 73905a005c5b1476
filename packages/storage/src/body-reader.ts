import type { ObjectBody } from './object-store.ts';
import { unlessAborted } from './unless-aborted.ts';

interface Chunks {
  next(): Promise<IteratorResult<Uint8Array>>;
  /** Tells the source that no more is wanted, and does not wait for it. */
  stop(): void;
}

/** Both forms of a body as one. Not every runtime's streams can be iterated, so a stream is read by a reader. */
function chunksOf(body: ObjectBody): Chunks {
  if (body instanceof ReadableStream) {
    const reader = body.getReader();
    return {
      async next() {
        const { done, value } = await reader.read();
        return done ? { done, value: undefined } : { done, value };
      },
      stop: () => void reader.cancel().catch(() => undefined),
    };
  }
  const iteration = body[Symbol.asyncIterator]();
  return {
    next: () => iteration.next(),
    stop: () => void iteration.return?.().catch(() => undefined),
  };
}

/**
 * The chunks of a body, each asked for only when the one before has been used. Ends at once with the signal's reason
 * when that aborts, also while it waits for a chunk that never comes.
 */
export async function* readBody(body: ObjectBody, signal?: AbortSignal): AsyncGenerator<Uint8Array, void> {
  const chunks = chunksOf(body);
  try {
    for (;;) {
      signal?.throwIfAborted();
      const next = chunks.next();
      const { done, value } = await (signal ? unlessAborted(next, signal) : next);
      if (done) return;
      yield value;
    }
  } finally {
    chunks.stop();
  }
}
