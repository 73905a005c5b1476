/** One server-sent event as it came over the wire. */
export interface SseMessage {
  event: string;
  /** Null where it is but an id: nothing has happened up to there. */
  data: string | null;
  id: string | undefined;
}

/** The lines of a stream of bytes; they end in CR, LF, or both, which may come in different chunks. */
async function* lines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let text = '';
  let afterCr = false;
  for await (const chunk of chunks) {
    let more = decoder.decode(chunk, { stream: true });
    if (more === '') continue;
    // The other half of a line's end whose CR came with the chunk before.
    if (afterCr && more.startsWith('\n')) more = more.slice(1);
    afterCr = more.endsWith('\r');
    const whole = (text + more).split(/\r\n|\r|\n/);
    text = whole.pop() ?? '';
    yield* whole;
  }
}

/**
 * Reads server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream). One
 * that the stream has not ended with an empty line did not come whole, and is dropped.
 */
export async function* readSse(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<SseMessage> {
  let message: SseMessage = { event: 'message', data: null, id: undefined };
  let data: string[] = [];
  for await (const line of lines(chunks)) {
    if (line === '') {
      if (data.length > 0) yield { ...message, data: data.join('\n') };
      else if (message.id !== undefined) yield message;
      message = { event: 'message', data: null, id: undefined };
      data = [];
      continue;
    }
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    else if (field === 'event') message.event = value;
    else if (field === 'id' && !value.includes('\0')) message.id = value;
  }
}
