import { expect, test } from 'vitest';
import { z } from 'zod';
import { fieldErrors } from '../src/index.ts';

const schema = z.strictObject({
  name: z.string(),
  retry: z.union([
    z.strictObject({ delay_ms: z.number() }),
    z.strictObject({ base_ms: z.number(), max_ms: z.number() }),
  ]),
});

const pathsOf = (value: unknown) => {
  const { error } = schema.safeParse(value);
  return fieldErrors(error?.issues ?? []).map(({ path }) => path);
};

test('names each field that is wrong, also one that is not known', () => {
  expect(pathsOf({ name: 1, nmae: 'x', retry: { delay_ms: 1 } }).sort()).toEqual(['name', 'nmae']);
});

test('of several forms, tells what is wrong with the one that was most likely meant', () => {
  expect(pathsOf({ name: 'x', retry: { delay_ms: 'soon' } })).toEqual(['retry.delay_ms']);
  expect(pathsOf({ name: 'x', retry: { base_ms: 1, max_ms: 'late' } })).toEqual(['retry.max_ms']);
});

test('has an empty path for the value as a whole', () => {
  expect(fieldErrors(schema.safeParse(null).error?.issues ?? [])).toEqual([
    { path: '', message: expect.stringContaining('object') },
  ]);
});
