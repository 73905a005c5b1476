import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSse, type SseMessage } from '../src/client/sse.ts';

async function read(text: string, cuts: readonly number[] = []): Promise<SseMessage[]> {
  const bytes = new TextEncoder().encode(text);
  const ends = [...new Set([...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort(
    (a, b) => a - b,
  );
  async function* chunks() {
    let start = 0;
    for (const end of ends) {
      yield bytes.subarray(start, end);
      start = end;
    }
  }
  const messages: SseMessage[] = [];
  for await (const message of readSse(chunks())) messages.push(message);
  return messages;
}

test('reads events with ids, comments, and data of several lines', async () => {
  const text =
    ': hello\n\nid: 1\nevent: status\ndata: {"a":\ndata:1}\n\ndata\n\nid: 2\n\nretry: 5\ndata: last\n\n';

  expect(await read(text)).toEqual([
    { id: '1', event: 'status', data: '{"a":\n1}' },
    { id: undefined, event: 'message', data: '' },
    { id: '2', event: 'message', data: null },
    { id: undefined, event: 'message', data: 'last' },
  ]);
});

test('drops an event that has not come whole', async () => {
  expect(await read('data: whole\n\nid: 7\ndata: half')).toEqual([
    { id: undefined, event: 'message', data: 'whole' },
  ]);
});

test('reads the same however the bytes are cut, and whatever ends its lines', async () => {
  const text = 'id: 1\nevent: log\ndata: größer 🎬\n\n: still here\n\nid: 2\ndata: b\ndata: c\n\n';
  const expected = await read(text);
  expect(expected).toHaveLength(2);

  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(200)), fc.constantFrom('\n', '\r\n', '\r'), async (cuts, end) => {
      expect(await read(text.replaceAll('\n', end), cuts)).toEqual(expected);
    }),
  );
});
