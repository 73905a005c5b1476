import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  InvalidObjectKeyError,
  ObjectNotFoundError,
  ObjectTooLargeError,
  RangeNotSatisfiableError,
  type ByteRange,
  type ObjectStore,
} from '../src/index.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield bytesOf(text);
}

async function* thenThrow(error: Error): AsyncGenerator<Uint8Array> {
  yield bytesOf('the first half');
  throw error;
}

/** Gives one chunk and then nothing more, as a client does that hangs. */
async function* thenHang(firstTaken: () => void): AsyncGenerator<Uint8Array> {
  yield bytesOf('the first half');
  firstTaken();
  await new Promise(() => undefined);
}

async function textOf(store: ObjectStore, key: string): Promise<string> {
  const { stream } = await store.get(key);
  return new Response(stream).text();
}

async function keysOf(store: ObjectStore, prefix?: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys.sort();
}

const later = () => new Date(Date.now() + 60_000);

/**
 * What every store promises.
 *
 * @param open a new, empty store for each test
 */
export function describeObjectStore(name: string, open: () => Promise<ObjectStore>): void {
  describe(`${name} as an object store`, () => {
    it('gives back what was put, with its size and its SHA-256', async () => {
      const store = await open();

      const stored = await store.put('videos/a', chunks('hello ', 'world'));

      expect(stored).toEqual({
        bytes: 11,
        sha256: createHash('sha256').update('hello world').digest('hex'),
      });
      const { stream, bytes, objectBytes } = await store.get('videos/a');
      expect({ bytes, objectBytes }).toEqual({ bytes: 11, objectBytes: 11 });
      expect(await new Response(stream).text()).toBe('hello world');
    });

    it('takes a ReadableStream as well', async () => {
      const store = await open();

      await store.put('a', new Blob(['hello ', 'world']).stream());

      expect(await textOf(store, 'a')).toBe('hello world');
    });

    it('stores an empty body', async () => {
      const store = await open();

      expect(await store.put('empty', chunks())).toMatchObject({ bytes: 0 });

      expect(await textOf(store, 'empty')).toBe('');
    });

    it('replaces what a key held', async () => {
      const store = await open();
      await store.put('a', chunks('old and longer'));

      await store.put('a', chunks('new'));

      expect(await textOf(store, 'a')).toBe('new');
    });

    it('has no object under the key before the whole body has arrived', async () => {
      const store = await open();
      const seen: string[][] = [];
      async function* watched() {
        yield bytesOf('first');
        seen.push(await keysOf(store));
        yield bytesOf('second');
        seen.push(await keysOf(store));
      }

      await store.put('a', watched());

      expect(seen).toEqual([[], []]);
      expect(await keysOf(store)).toEqual(['a']);
    });

    it('asks for a chunk only when the one before is stored', async () => {
      const store = await open();
      let given = 0;
      let askedBeforeItsTurn = false;
      const body: AsyncIterable<Uint8Array> = {
        [Symbol.asyncIterator]: () => {
          let pending = false;
          return {
            async next() {
              askedBeforeItsTurn ||= pending;
              pending = true;
              await new Promise((resolve) => setImmediate(resolve));
              pending = false;
              given += 1;
              return given > 50
                ? { done: true, value: undefined }
                : { done: false, value: new Uint8Array(1000) };
            },
          };
        },
      };

      await store.put('a', body);

      expect(given).toBe(51);
      expect(askedBeforeItsTurn).toBe(false);
    });

    it('leaves nothing of a body that fails, and throws what the body threw', async () => {
      const store = await open();
      const failure = new Error('the client hung up');

      await expect(store.put('a', thenThrow(failure))).rejects.toBe(failure);

      expect(await keysOf(store)).toEqual([]);
      expect(await store.deleteUnfinished(later())).toBe(0);
    });

    it('keeps the old object when the new body fails', async () => {
      const store = await open();
      await store.put('a', chunks('old'));

      await expect(store.put('a', thenThrow(new Error('hung up')))).rejects.toThrow('hung up');

      expect(await textOf(store, 'a')).toBe('old');
    });

    it('ends at once when aborted, also while the body hangs, and leaves nothing', async () => {
      const store = await open();
      const abort = new AbortController();
      const reason = new Error('shutting down');

      const put = store.put(
        'a',
        thenHang(() => abort.abort(reason)),
        { signal: abort.signal },
      );

      await expect(put).rejects.toBe(reason);
      expect(await keysOf(store)).toEqual([]);
      expect(await store.deleteUnfinished(later())).toBe(0);
    });

    it('does not begin when it was aborted before', async () => {
      const store = await open();

      const put = store.put('a', chunks('x'), { signal: AbortSignal.abort(new Error('too late')) });

      await expect(put).rejects.toThrow('too late');
      expect(await keysOf(store)).toEqual([]);
    });

    it('takes a body of exactly maxBytes and refuses one byte more', async () => {
      const store = await open();

      await store.put('fits', chunks('1234', '5678'), { maxBytes: 8 });
      const tooLarge = store.put('too-large', chunks('1234', '56789'), { maxBytes: 8 });

      await expect(tooLarge).rejects.toThrow(ObjectTooLargeError);
      expect(await keysOf(store)).toEqual(['fits']);
      expect(await store.deleteUnfinished(later())).toBe(0);
    });

    it('deletes, also what is gone already', async () => {
      const store = await open();
      await store.put('a', chunks('x'));

      await store.delete('a');
      await store.delete('a');

      await expect(store.get('a')).rejects.toThrow(ObjectNotFoundError);
    });

    it('says that it has no such object', async () => {
      const store = await open();

      await expect(store.get('videos/none')).rejects.toThrow(ObjectNotFoundError);
      await expect(store.localFile('videos/none')).rejects.toThrow(ObjectNotFoundError);
    });

    it('lends an object as a local file', async () => {
      const store = await open();
      await store.put('videos/a', chunks('hello'));

      await using file = await store.localFile('videos/a');

      expect(await readFile(file.path, 'utf8')).toBe('hello');
    });

    it('lists its objects, by prefix too', async () => {
      const store = await open();
      await store.put('videos/a', chunks('12345'));
      await store.put('thumbnails/b', chunks('x'));
      const before = Date.now();

      const listed = [];
      for await (const object of store.list('videos/')) listed.push(object);

      expect(listed).toEqual([{ key: 'videos/a', bytes: 5, modifiedAt: expect.any(Date) }]);
      expect(Math.abs(before - (listed[0]?.modifiedAt.getTime() ?? 0))).toBeLessThan(10_000);
      expect(await keysOf(store)).toEqual(['thumbnails/b', 'videos/a']);
    });

    it.each<[string, ByteRange, string]>([
      ['the beginning', { first: 0, last: 3 }, '0123'],
      ['the middle', { first: 4, last: 6 }, '456'],
      ['one byte', { first: 9, last: 9 }, '9'],
      ['all', { first: 0, last: 9 }, '0123456789'],
      ['what there is up to the end', { first: 7, last: Number.MAX_SAFE_INTEGER }, '789'],
    ])('gives a range of an object: %s', async (_, range, expected) => {
      const store = await open();
      await store.put('a', chunks('01234', '56789'));

      const { stream, bytes, objectBytes } = await store.get('a', { range });

      expect(await new Response(stream).text()).toBe(expected);
      expect({ bytes, objectBytes }).toEqual({ bytes: expected.length, objectBytes: 10 });
    });

    it('gives a range that is larger than what is read at once', async () => {
      const store = await open();
      const content = new Uint8Array(400_000).map((_, i) => i % 251);
      await store.put('a', new Blob([content]).stream());

      const { stream } = await store.get('a', { range: { first: 70_001, last: 333_333 } });

      const read = new Uint8Array(await new Response(stream).arrayBuffer());
      expect(Buffer.compare(read, content.subarray(70_001, 333_334))).toBe(0);
    });

    it('says that a range is not there which begins at or beyond the end', async () => {
      const store = await open();
      await store.put('a', chunks('0123456789'));
      await store.put('empty', chunks());

      for (const [key, first] of [
        ['a', 10],
        ['a', 11],
        ['empty', 0],
      ] as const) {
        const read = store.get(key, { range: { first, last: first + 1 } });
        await expect(read).rejects.toThrow(RangeNotSatisfiableError);
      }
      await expect(store.get('none', { range: { first: 0, last: 1 } })).rejects.toThrow(ObjectNotFoundError);
    });

    it.each<ByteRange>([
      { first: -1, last: 1 },
      { first: 2, last: 1 },
      { first: 0.5, last: 1 },
      { first: 0, last: Infinity },
      { first: Number.NaN, last: 1 },
    ])('refuses a range that makes no sense: $first to $last', async (range) => {
      const store = await open();
      await store.put('a', chunks('0123456789'));

      await expect(store.get('a', { range })).rejects.toThrow(RangeError);
    });

    it('never mixes an object with the one that replaces it while it is read', async () => {
      const store = await open();
      const old = 'old'.repeat(100_000);
      await store.put('a', chunks(old));

      const { stream } = await store.get('a', { range: { first: 1, last: 299_999 } });
      await store.put('a', chunks('new'));

      const read = await new Response(stream).text().catch((error: unknown) => error);
      expect(read instanceof Error || read === old.slice(1)).toBe(true);
      expect(await textOf(store, 'a')).toBe('new');
    });

    it('stops reading when the reader has had enough', async () => {
      const store = await open();
      await store.put('a', chunks('hello'));

      const { stream } = await store.get('a');
      await stream.cancel();

      await store.delete('a');
      expect(await keysOf(store)).toEqual([]);
    });

    it('says that it can be written to, and leaves no trace of having tried', async () => {
      const store = await open();

      await store.check();

      expect(await keysOf(store)).toEqual([]);
      expect(await store.deleteUnfinished(later())).toBe(0);
    });

    it.each([
      ['of nothing', ''],
      ['that climbs', '../secret'],
      ['that climbs further in', 'videos/../../secret'],
      ['that is absolute', '/etc/passwd'],
      ['that ends on a slash', 'videos/'],
      ['with an empty part', 'videos//a'],
      ['of a hidden file', 'videos/.a'],
      ['with a backslash', 'videos\\a'],
      ['with a NUL', 'videos/a\0'],
      ['with a line break', 'a\n'],
      ['that is encoded', 'videos/%2e%2e/a'],
      ['that is too long', 'a'.repeat(513)],
      ['with a part too long for a file system', 'a'.repeat(256)],
    ])('refuses a key %s', async (_, key) => {
      const store = await open();

      await expect(store.put(key, chunks('x'))).rejects.toThrow(InvalidObjectKeyError);
      await expect(store.get(key)).rejects.toThrow(InvalidObjectKeyError);
      await expect(store.delete(key)).rejects.toThrow(InvalidObjectKeyError);
      await expect(store.localFile(key)).rejects.toThrow(InvalidObjectKeyError);
    });
  });
}
