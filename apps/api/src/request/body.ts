import type { ProblemKind } from '@orq/contracts';
import { ProblemError } from '../problem.ts';
import { within } from '../within.ts';

export interface BodyLimits {
  /** Most bytes that the body of the request may have. */
  maxBytes: number;
  /** How long to wait for the next {@link WINDOW_BYTES}, in ms. */
  stallTimeoutMs: number;
}

type Refusal = readonly [kind: ProblemKind, detail: string];

/** What a body that is refused is to the client. */
export interface BodyProblems {
  tooLarge: Refusal;
  stalled: Refusal;
  /** The client has hung up. */
  interrupted: Refusal;
}

/** What has to come within one stall timeout: a client that sends a byte now and then is stalled, too. */
const WINDOW_BYTES = 16 * 1024;

/** Waits for a read, but not for longer than `ms`. */
async function readWithin<T>(ms: number, read: Promise<T>, problems: BodyProblems): Promise<T> {
  const whole = read.catch((cause: unknown) => {
    throw new ProblemError(...problems.interrupted, { cause });
  });
  return within(ms, whole, () => {
    throw new ProblemError(...problems.stalled);
  });
}

/**
 * The whole of a body that says to be no longer than {@link WINDOW_BYTES}, at once: a stream of it would cost more than all
 * else that a small request does. Null for another.
 *
 * @throws {ProblemError} one of the `problems`
 */
export function readSmallBody(
  request: Request,
  { stallTimeoutMs, maxBytes }: BodyLimits,
  problems: BodyProblems,
): Promise<ArrayBuffer> | null {
  const length = request.headers.get('content-length');
  if (length === null || Number(length) > Math.min(WINDOW_BYTES, maxBytes)) return null;
  return readWithin(stallTimeoutMs, request.arrayBuffer(), problems);
}

/**
 * The body of a request, chunk by chunk, each read only when it is asked for. The time that whoever asks takes
 * for itself, such as a slow disk, does not count as stalling.
 *
 * @throws {ProblemError} one of the `problems`
 */
export async function* readRequestBody(
  request: Request,
  limits: BodyLimits,
  problems: BodyProblems,
): AsyncGenerator<Uint8Array, void> {
  if (Number(request.headers.get('content-length')) > limits.maxBytes)
    throw new ProblemError(...problems.tooLarge);
  if (!request.body) return;
  const reader = request.body.getReader();
  let total = 0;
  let window = 0;
  let waitedMs = 0;
  try {
    for (;;) {
      const askedAt = performance.now();
      const { done, value } = await readWithin(limits.stallTimeoutMs - waitedMs, reader.read(), problems);
      if (done) return;

      total += value.length;
      if (total > limits.maxBytes) throw new ProblemError(...problems.tooLarge);
      window += value.length;
      waitedMs += performance.now() - askedAt;
      if (window >= WINDOW_BYTES) window = waitedMs = 0;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
