import { expect, test } from 'vitest';
import { arrayLiteral } from '../src/sql/array-literal.ts';
import { openTestQueue } from './support/test-queue.ts';

test.each([
  ['nothing', []],
  [
    'quotes, backslashes and what has a meaning in an array',
    ['"', '\\', '\\\\n', '{a,b}', ' ', '', 'null', 'NULL'],
  ],
  ['control characters', ['line\nbreak', '\t', '\b\f\r', '\u0001', '\u007f']],
  ['escapes that are text', ['\\n', '\\u0041', '{"a":"\\n"}', 'C:\\new']],
  ['letters of all planes', ['ä', '漢', '🦑', '\u2028']],
])('PostgreSQL reads an array of %s as it was', async (_, values: string[]) => {
  await using t = await openTestQueue();

  const [row] = await t.sql<
    { read: string }[]
  >`SELECT to_json(${arrayLiteral(values)}::text[])::text AS read`;

  expect(JSON.parse(row?.read ?? '')).toEqual(values);
});

test('PostgreSQL reads an array of numbers as it was', async () => {
  await using t = await openTestQueue();
  const values = [0, -1, 32_767, 1_795_441_328_518_123, 0.5];

  const [row] = await t.sql<
    { read: string }[]
  >`SELECT to_json(${arrayLiteral(values)}::float8[])::text AS read`;

  expect(JSON.parse(row?.read ?? '')).toEqual(values);
});
