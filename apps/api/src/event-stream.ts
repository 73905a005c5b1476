import type { StreamedEvent } from '@orq/contracts';
import { within } from './within.ts';

/** So often something is sent, so that what stands between keeps the connection open. In ms. */
const KEEP_ALIVE_MS = 15_000;

const encoder = new TextEncoder();
const COMMENT = encoder.encode(':\n\n');

/** Nothing has happened; a client that is cut off goes on from here all the same. */
export interface Milestone {
  readonly event_id: string;
  readonly type?: never;
}

/** An event as it goes over the wire (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
const frame = (event: StreamedEvent | Milestone) =>
  event.type === undefined
    ? encoder.encode(`id: ${event.event_id}\n\n`)
    : encoder.encode(`id: ${event.event_id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);

export interface EventStreamOptions {
  /** The stream ends when it is aborted. */
  signal: AbortSignal;
  /** Called once when the stream has ended, or its client has hung up. */
  onEnd(): void;
  /** Told of a fault that ends the stream. */
  onFault(error: unknown): void;
}

/** Server-sent events, each taken only once the client has room for it. */
export function eventStream(
  events: AsyncIterable<StreamedEvent | Milestone>,
  { signal, onEnd, onFault }: EventStreamOptions,
): ReadableStream<Uint8Array> {
  const iterator = events[Symbol.asyncIterator]();
  let next: Promise<IteratorResult<StreamedEvent | Milestone>> | undefined;
  return new ReadableStream({
    // Headers alone are held back until the first byte.
    start: (controller) => controller.enqueue(COMMENT),
    async pull(controller) {
      const end = () => {
        onEnd();
        controller.close();
      };
      try {
        const result = await within(KEEP_ALIVE_MS, (next ??= iterator.next()), () => undefined);
        if (result === undefined) return controller.enqueue(COMMENT);
        next = undefined;
        if (result.done) end();
        else controller.enqueue(frame(result.value));
      } catch (error) {
        // A client that sees a stream end connects again, to another process where this one stops.
        if (!signal.aborted) onFault(error);
        end();
      }
    },
    async cancel() {
      onEnd();
      await iterator.return?.();
    },
  });
}
