import type { z } from 'zod';
import type { RouteContract } from '../routes/index.ts';
import { parse, parseJson } from './answer.ts';
import type { EventsOptions } from './call-types.ts';
import { ContractMismatchError } from './errors.ts';
import type { RequestParts } from './request.ts';
import { backoffMs } from './retry.ts';
import { readSse, type SseMessage } from './sse.ts';
import { sleep } from './time.ts';
import { nameOf, type Transport } from './transport.ts';

/** The api sends something every 15 s: a connection that is silent for so long is dead. In ms. */
const SILENCE_MS = 45_000;

/** A connection that has held for so long was a good one. In ms. */
const STEADY_MS = 10_000;

type EventRoute<Event extends z.ZodType> = RouteContract & { success: { events: Event } };

/** A stream that has begun did not end as it should; it is taken up again. */
class BrokenStreamError extends Error {}

/** The chunks of a body. @throws {BrokenStreamError} also when nothing comes for too long */
async function* chunksOf(body: ReadableStream<Uint8Array>, signal: AbortSignal) {
  const reader = body.getReader();
  const stop = () => void reader.cancel(signal.reason).catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let silent = false;
  const watch = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      silent = true;
      stop();
    }, SILENCE_MS);
  };
  try {
    for (;;) {
      watch();
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw new BrokenStreamError('the connection broke', { cause });
      });
      signal.throwIfAborted();
      if (silent) throw new BrokenStreamError(`nothing came for ${SILENCE_MS} ms`);
      if (done) return;
      yield value;
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/**
 * The event in a message; undefined for one whose type is none of the contract's: a newer api may have more.
 *
 * @throws {ContractMismatchError} that names the field, when a known one has another form
 */
function eventOf<Event extends z.ZodType>(schema: Event, name: string, { data }: SseMessage) {
  if (data === null) return undefined;
  try {
    return parse(`An event of ${name}`, schema, parseJson(data));
  } catch (error) {
    if (error instanceof ContractMismatchError && error.path === 'type') return undefined;
    throw error;
  }
}

/** The body of an answer; null where the api says that no more will come. */
async function streamOf(name: string, response: Response): Promise<ReadableStream<Uint8Array> | null> {
  const type = response.headers.get('content-type') ?? 'no content type';
  if (response.status === 204 || type.startsWith('text/event-stream')) return response.body;
  const message = `it is ${type}, and no stream of events`;
  throw new ContractMismatchError(`The answer to ${name}`, [{ path: '', message }]);
}

/** Opens the stream, after the event that came last. */
async function connect<Event extends z.ZodType>(
  transport: Transport,
  route: EventRoute<Event>,
  parts: RequestParts,
  { lastId, signal }: { lastId: string | undefined; signal: AbortSignal },
) {
  const headers = { ...parts.headers, 'last-event-id': lastId };
  const { timeoutMs } = transport;
  const sending = { signal, timeoutMs, accept: 'text/event-stream', livesOn: true };
  return transport.send(route, { ...parts, headers }, sending, (response) =>
    streamOf(nameOf(route), response),
  );
}

/**
 * Follows a stream of events. It connects again when it is broken off, and goes on after the last event that was handed
 * out: none is lost, and none comes twice. It ends when the api says that there is no more, by status 204.
 *
 * @throws {ProblemError} when the api refuses; {@link NetworkError} when it stays out of reach for all tries of a call
 */
export async function* follow<Event extends z.ZodType>(
  transport: Transport,
  route: EventRoute<Event>,
  parts: RequestParts,
  { signal, lastEventId }: EventsOptions,
): AsyncGenerator<z.output<Event>, void> {
  const name = nameOf(route);
  let lastId = lastEventId;
  let broken = 0;
  for (;;) {
    const connection = new AbortController();
    const hangUp = () => connection.abort(signal?.reason);
    signal?.throwIfAborted();
    signal?.addEventListener('abort', hangUp, { once: true });
    const since = Date.now();
    try {
      const body = await connect(transport, route, parts, { lastId, signal: connection.signal });
      if (!body) return;
      for await (const message of readSse(chunksOf(body, connection.signal))) {
        broken = 0;
        lastId = message.id ?? lastId;
        const event = eventOf(route.success.events, name, message);
        if (event !== undefined) yield event;
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof BrokenStreamError)) throw error;
    } finally {
      signal?.removeEventListener('abort', hangUp);
      hangUp();
    }
    // A connection that was good for a while, and is cut by something on the way, is no reason for patience.
    broken = Date.now() - since > STEADY_MS ? 1 : broken + 1;
    await sleep(backoffMs(broken), signal);
  }
}
