import fc from 'fast-check';

interface Damage {
  kind: 'overwrite' | 'flip bits' | 'leave out' | 'repeat' | 'move' | 'mangle the head';
  /** Where it begins and where a moved block goes, as fractions of the file. */
  at: number;
  to: number;
  /** In bytes. */
  length: number;
  /** What is written, over and over. */
  pattern: Uint8Array;
}

/** Spread evenly: a double would mostly be next to 0 or 1. */
const fraction = fc.noBias(fc.integer({ min: 0, max: 9_999 })).map((value) => value / 10_000);

/** One to four places of damage. */
export const damages: fc.Arbitrary<Damage[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('overwrite', 'flip bits', 'leave out', 'repeat', 'move', 'mangle the head'),
    at: fraction,
    to: fraction,
    length: fc.oneof(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 8192 })),
    pattern: fc.uint8Array({ minLength: 1, maxLength: 32 }),
  }),
  { minLength: 1, maxLength: 4 },
);

export function cutUp(whole: Buffer, places: readonly Damage[]): Buffer {
  return places.reduce(damaged, whole);
}

function damaged(bytes: Buffer, { kind, at, to, length, pattern }: Damage): Buffer {
  const start = Math.floor(at * bytes.length);
  const [before, block] = [bytes.subarray(0, start), bytes.subarray(start, start + length)];
  const after = bytes.subarray(start + length);
  const patternAt = (i: number) => pattern[i % pattern.length] ?? 0;
  switch (kind) {
    case 'overwrite':
      return Buffer.concat([before, block.map((_, i) => patternAt(i)), after]);
    case 'flip bits':
      return Buffer.concat([before, block.map((byte, i) => byte ^ patternAt(i)), after]);
    case 'leave out':
      return Buffer.concat([before, after]);
    case 'repeat':
      return Buffer.concat([before, block, block, after]);
    case 'move': {
      const target = Math.floor(to * after.length);
      return Buffer.concat([before, after.subarray(0, target), block, after.subarray(target)]);
    }
    case 'mangle the head':
      // Most of what demuxers go by stands at the beginning: lengths, counts, offsets.
      return Buffer.concat([
        bytes.subarray(0, 1000).map((byte, i) => (i % length === 0 ? patternAt(i) : byte)),
        bytes.subarray(1000),
      ]);
  }
}
