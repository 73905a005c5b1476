import fc from 'fast-check';

/** Texts that have broken something somewhere. */
export const hostileTexts: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\0',
    'a\0b',
    '\ud800',
    '\udfff\ud800',
    '\ufeff',
    '\u202egnp.exe',
    '../../../../etc/passwd',
    '..\\..\\windows',
    '%00',
    '%2e%2e%2f',
    "'; DROP TABLE jobs; --",
    '" OR 1=1',
    '${7*7}{{7*7}}',
    '__proto__',
    'constructor',
    'toString',
    'a\r\nx-admin: 1',
    '<script>alert(1)</script>',
    '-1',
    'NaN',
    '1e400',
    '9007199254740993',
    '2026-02-30T25:61:61Z',
    '+275760-09-13T00:00:00.001Z',
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.integer({ min: 100, max: 100_000 }).map((length) => 'x'.repeat(length)),
);

const nested = (depth: number) => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

/** An object with a key that has a meaning to JavaScript, as JSON.parse makes it. */
const withKey = (key: string, value: unknown) => Object.defineProperty({}, key, { value, enumerable: true });

/** JSON values where no schema, or another one, expects them. */
export const hostileValues: fc.Arbitrary<unknown> = fc.oneof(
  hostileTexts,
  fc.constantFrom<unknown>(null, true, [], {}, [[]], 0, -0, -1, 0.1, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308),
  fc.constantFrom(97, 101, 1_000).map(nested),
  fc
    .constantFrom('__proto__', 'constructor', 'prototype', 'a\0', '\ud800', '')
    .map((key) => withKey(key, { admin: true })),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Bodies that are JSON in name alone. */
export const hostileBodies: fc.Arbitrary<Buffer> = fc.oneof(
  fc
    .constantFrom(
      '',
      '{',
      'null',
      '1e999',
      '[1,]',
      '{"a":1}{',
      '\ufeff{}',
      "{'a':1}",
      '{"type":"a","type":"b","input":1}',
    )
    .map((text) => Buffer.from(text)),
  fc.constantFrom(1_000, 200_000).map((depth) => Buffer.from('['.repeat(depth) + ']'.repeat(depth))),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.constant(Buffer.from([0x22, 0xff, 0xfe, 0xc0, 0x80, 0x22])),
);
