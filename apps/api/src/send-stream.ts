import type { StreamedEvent } from '@orq/contracts';
import type { Context } from 'hono';
import type { ApiEnv, Caller } from './api-env.ts';
import { eventStream, type Milestone } from './event-stream.ts';

/** How often an open stream is held against the keys there are, in ms. */
const STAY_CHECK_MS = 2_000;

const EVENT_STREAM = { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' };

/**
 * Sends a stream of events, while there is a place for one.
 *
 * @param follow begins it; null where no more will come
 * @throws {ProblemError} `rate-limited`, `unavailable` where there is no place; what `follow` throws
 */
export async function sendStream(
  c: Context<ApiEnv>,
  { countedAs, staysIn }: Caller,
  follow: (signal: AbortSignal) => Promise<AsyncIterable<StreamedEvent | Milestone> | null>,
): Promise<Response> {
  const { streams, stopping, log } = c.get('app');
  const leave = streams.take(countedAs);
  const over = new AbortController();
  const { signal } = over;
  const end = () => over.abort();
  // Not AbortSignal.any: the process' signal would keep something of each stream for as long as it lives.
  stopping?.addEventListener('abort', end);
  // A database that does not answer revokes nothing.
  const look = (stays: () => Promise<boolean>) =>
    stays().then(
      (stillIn) => stillIn || end(),
      () => undefined,
    );
  const looking = staysIn && setInterval(() => void look(staysIn), STAY_CHECK_MS);
  const onEnd = () => {
    clearInterval(looking);
    end();
    stopping?.removeEventListener('abort', end);
    leave();
  };
  try {
    const events = await follow(signal);
    if (events && c.req.method !== 'HEAD') {
      const line = { request_id: c.get('requestId'), path: c.req.path };
      const onFault = (error: unknown) => log.error({ ...line, err: error }, 'a stream broke off');
      return c.body(eventStream(events, { signal, onEnd, onFault }), 200, EVENT_STREAM);
    }
    onEnd();
    return events ? c.body(null, 200, EVENT_STREAM) : c.body(null, 204);
  } catch (error) {
    onEnd();
    throw error;
  }
}
