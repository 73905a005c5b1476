import { describe, expect, it } from 'vitest';
import { parseForm } from '../src/upload/multipart.ts';

const BOUNDARY = '--WebKitFormBoundary7MA4YWxk';
const contentType = `multipart/form-data; boundary=${BOUNDARY}`;
const limits = { maxParts: 8, maxFieldBytes: 100, fileFields: ['file'] };

/** Its content is full of what might be taken for a boundary. */
const CONTENT = `\r\n--${BOUNDARY.slice(0, -1)}\r-\r\n--\r\n${BOUNDARY}--`;
const BODY = new TextEncoder().encode(
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="title"\r\n\r\nTítulo – 題\r\n` +
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="日本.mp4"\r\n` +
    `Content-Type: video/mp4\r\n\r\n${CONTENT}\r\n--${BOUNDARY}--\r\n`,
);

async function* inPieces(...pieces: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

async function read(chunks: AsyncIterable<Uint8Array>) {
  const parts = [];
  for await (const part of parseForm(contentType, chunks, limits)) {
    if (part.kind === 'field') parts.push([part.name, part.value]);
    else {
      const pieces: Uint8Array[] = [];
      for await (const piece of part.body) pieces.push(piece.slice());
      parts.push([part.name, part.filename, part.contentType, await new Blob(pieces as BlobPart[]).text()]);
    }
  }
  return parts;
}

const WHOLE = [
  ['title', 'Título – 題'],
  ['file', '日本.mp4', 'video/mp4', CONTENT],
];

describe('parseForm', () => {
  it('finds the same parts wherever the body is cut in two', async () => {
    for (let cut = 0; cut <= BODY.length; cut++) {
      const parts = await read(inPieces(BODY.subarray(0, cut), BODY.subarray(cut)));
      expect(parts, `cut at byte ${cut}`).toEqual(WHOLE);
    }
  });

  it.each([1, 2, 3, 7, 33])('finds the same parts in chunks of %i bytes', async (size) => {
    const pieces = Array.from({ length: Math.ceil(BODY.length / size) }, (_, i) =>
      BODY.subarray(i * size, (i + 1) * size),
    );

    expect(await read(inPieces(...pieces))).toEqual(WHOLE);
  });

  it('asks for a chunk only when the one before has been used', async () => {
    let asked = 0;
    async function* source() {
      yield BODY.subarray(0, 250);
      for (asked = 1; asked < 100; asked++) yield new Uint8Array(1000).fill(120);
    }

    for await (const part of parseForm(contentType, source(), limits)) {
      if (part.kind !== 'file') continue;
      let used = 0;
      for await (const _ of part.body) {
        used += 1;
        expect(asked).toBeLessThanOrEqual(used);
        if (used === 50) break;
      }
      break;
    }

    expect(asked).toBeGreaterThan(10);
    expect(asked).toBeLessThan(60);
  });

  it('drops what is not read of a file', async () => {
    const names = [];

    for await (const part of parseForm(contentType, inPieces(BODY), limits)) names.push(part.name);

    expect(names).toEqual(['title', 'file']);
  });

  it('refuses more parts than it may have', async () => {
    const parts = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n`.repeat(9);

    const reading = read(inPieces(new TextEncoder().encode(`${parts}--${BOUNDARY}--`)));

    await expect(reading).rejects.toThrow('more than 8 parts');
  });
});
