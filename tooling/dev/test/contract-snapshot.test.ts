import { defineJob, type RouteContract } from '@orq/contracts';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { compareSnapshots } from '../src/contract-snapshot/compare.ts';
import { takeSnapshot } from '../src/contract-snapshot/snapshot.ts';

const thing: RouteContract = {
  method: 'post',
  path: '/things',
  tag: 'Service',
  summary: 'Makes a thing',
  scope: 'enqueue',
  reach: 'nothing',
  idempotency: 'key',
  request: {},
  success: { status: 201, description: 'It is made.', body: z.object({}) },
  problems: [],
};

const after = (route: RouteContract, changed: Partial<RouteContract>) =>
  compareSnapshots(takeSnapshot({ thing: route }, []), takeSnapshot({ thing: { ...route, ...changed } }, []));

/** What breaks when what a request may say changes. */
const requestBreaks = (was: z.ZodType, is: z.ZodType) =>
  after({ ...thing, request: { body: was } }, { request: { body: is } }).breaking;

const answering = (body: z.ZodType) => ({ ...thing.success, body });

/** What breaks when what an answer may say changes. */
const answerBreaks = (was: z.ZodType, is: z.ZodType) =>
  after({ ...thing, success: answering(was) }, { success: answering(is) }).breaking;

const color = z.enum(['red', 'green']);
const moreColors = z.enum(['red', 'green', 'blue']);

describe('a request breaks', () => {
  const one = z.object({ a: z.string() });

  test.each<[what: string, was: z.ZodType, is: z.ZodType, says: string]>([
    ['by a new field that is required', one, one.extend({ b: z.int() }), 'b: is now required'],
    ['by a field that becomes required', one.partial(), one, 'a: is now required'],
    ['by a field that is gone', one, z.object({}), 'a: is no longer taken'],
    [
      'by a field that is gone from a strict one',
      z.strictObject(one.shape),
      z.strictObject({}),
      'a: is no longer taken',
    ],
    ['by another type', one, z.object({ a: z.int() }), 'a: no longer takes string, only integer'],
    [
      'by a narrower type',
      z.object({ a: z.number() }),
      z.object({ a: z.int() }),
      'a: no longer takes number, only integer',
    ],
    [
      'by null that is no longer taken',
      z.object({ a: z.int().nullable() }),
      z.object({ a: z.int() }),
      'a: no longer takes null, only integer',
    ],
    [
      'by a value that is gone',
      z.object({ a: moreColors }),
      z.object({ a: color }),
      'a: no longer takes "blue", only "red", "green"',
    ],
    [
      'by text that becomes a choice',
      one,
      z.object({ a: color }),
      'a: no longer takes any string, only "red", "green"',
    ],
    [
      'by a bound',
      z.object({ a: z.int().max(9) }),
      z.object({ a: z.int().max(5) }),
      'a: has maximum 5 now, and had 9',
    ],
    ['by a new bound', one, z.object({ a: z.string().max(5) }), 'a: has maxLength 5 now, and had unset'],
    ['by a format', one, z.object({ a: z.uuid() }), 'a: has format uuid now, and had unset'],
    [
      'by a variant that is gone',
      z.object({ a: z.union([z.int(), z.string()]) }),
      z.object({ a: z.int() }),
      'a: no longer takes string, only integer',
    ],
    [
      'deep inside',
      z.object({ a: z.array(one) }),
      z.object({ a: z.array(one.extend({ b: z.int() })) }),
      'a[].b: is now required',
    ],
    [
      'in the values of a record',
      z.record(z.string(), z.number()),
      z.record(z.string(), z.int()),
      '*: no longer takes number, only integer',
    ],
  ])('%s', (_, was, is, says) => {
    expect(requestBreaks(was, is)).toEqual([`POST /things, body, ${says}`]);
  });

  test.each<[what: string, was: z.ZodType, is: z.ZodType]>([
    ['a new field that is optional', one, one.extend({ b: z.int().optional() })],
    ['a new field with a default', one, one.extend({ b: z.int().default(1) })],
    ['a field that becomes optional', one, one.partial()],
    ['a wider type', z.object({ a: z.int() }), z.object({ a: z.number() })],
    ['null', one, z.object({ a: z.string().nullable() })],
    ['another value', z.object({ a: color }), z.object({ a: moreColors })],
    ['a looser bound', z.object({ a: z.int().max(5) }), z.object({ a: z.int() })],
    ['another variant', z.object({ a: z.int() }), z.object({ a: z.union([z.int(), z.string()]) })],
  ])('not by %s', (_, was, is) => {
    expect(requestBreaks(was, is)).toEqual([]);
  });
});

describe('an answer breaks', () => {
  const one = z.object({ a: z.string() });

  test.each<[what: string, was: z.ZodType, is: z.ZodType, says: string]>([
    ['by a field that is gone', one, z.object({}), 'a: is gone'],
    ['by an optional field that is gone', one.partial(), z.object({}), 'a: is gone'],
    ['by a field that may be missing', one, one.partial(), 'a: may now be missing'],
    [
      'by a field that may be null',
      one,
      z.object({ a: z.string().nullable() }),
      'a: may now be null, not only string',
    ],
    ['by another type', one, z.object({ a: z.int() }), 'a: may now be integer, not only string'],
    [
      'by a wider type',
      z.object({ a: z.int() }),
      z.object({ a: z.number() }),
      'a: may now be number, not only integer',
    ],
    [
      'by a value that is new',
      z.object({ a: color }),
      z.object({ a: moreColors }),
      'a: may now be "blue", not only "red", "green"',
    ],
    [
      'by a choice that becomes any text',
      z.object({ a: color }),
      one,
      'a: may now be any string, not only "red", "green"',
    ],
    [
      'by a looser bound',
      z.object({ a: z.int().max(5) }),
      z.object({ a: z.int().max(9) }),
      'a: has maximum 9 now, and had 5',
    ],
    ['by a format that is gone', z.object({ a: z.uuid() }), one, 'a: has format unset now, and had uuid'],
    ['deep inside', z.object({ a: z.array(one) }), z.object({ a: z.array(z.object({})) }), 'a[].a: is gone'],
  ])('%s', (_, was, is, says) => {
    expect(answerBreaks(was, is)).toEqual([`POST /things, answer, ${says}`]);
  });

  test.each<[what: string, was: z.ZodType, is: z.ZodType]>([
    ['a new field', one, one.extend({ b: z.int() })],
    ['a field that is always there', one.partial(), one],
    ['a narrower type', z.object({ a: z.number() }), z.object({ a: z.int() })],
    ['a value that is gone', z.object({ a: moreColors }), z.object({ a: color })],
    ['a tighter bound', one, z.object({ a: z.string().max(5) })],
    ['words for readers', one, z.object({ a: z.string().describe('The first letter.') })],
  ])('not by %s', (_, was, is) => {
    expect(answerBreaks(was, is)).toEqual([]);
  });

  test('by a schema that it shares with others', () => {
    const shared = (schema: z.ZodObject) => z.object({ thing: schema.meta({ id: 'Thing' }) });

    expect(answerBreaks(shared(one), shared(z.object({})))).toEqual([
      'POST /things, answer, thing.a: is gone',
    ]);
  });
});

describe('a stream of events', () => {
  const begun = z.object({ type: z.literal('begun'), event_id: z.string(), at: z.string() });
  const ended = z.object({ type: z.literal('ended'), event_id: z.string() });
  const stream = (events: RouteContract['success'] & object) => ({ ...thing, success: events });
  const of = (...kinds: [typeof begun, ...(typeof ended)[]]) =>
    ({ status: 200, description: 'Events.', events: z.discriminatedUnion('type', kinds) }) as const;

  test('may have more kinds of them, which clients pass over', () => {
    expect(after(stream(of(begun)), { success: of(begun, ended) }).breaking).toEqual([]);
  });

  test('breaks when a kind is gone, or has lost a field', () => {
    const late = { ...of(begun), events: z.discriminatedUnion('type', [begun.omit({ at: true })]) };

    expect(after(stream(of(begun, ended)), { success: late }).breaking).toEqual([
      'POST /things, events, event ended: is gone',
      'POST /things, events, at: is gone',
    ]);
  });
});

describe('a route breaks', () => {
  test.each<[what: string, changed: Partial<RouteContract>, says: string]>([
    ['by another method', { method: 'put' }, 'is now PUT /things'],
    ['by another path', { path: '/stuff' }, 'is now POST /stuff'],
    ['by a scope that fewer keys have', { scope: 'admin' }, 'now needs the scope admin'],
    ['by another status', { success: { ...thing.success, status: 202 } }, 'now succeeds with 202, not 201'],
    [
      'by another form of answer',
      { success: { status: 201, description: '', text: 'text/plain' } },
      'now answers by text, not body',
    ],
    ['by keys that it no longer takes', { idempotency: 'natural' }, 'no longer takes an Idempotency-Key'],
  ])('%s', (_, changed, says) => {
    expect(after(thing, changed).breaking).toEqual([`POST /things ${says}`]);
  });

  test('by being gone', () => {
    const comparison = compareSnapshots(takeSnapshot({ thing }, []), takeSnapshot({}, []));

    expect(comparison.breaking).toEqual(['POST /things (thing) is gone']);
  });

  test('by a variable of its query that is now required', () => {
    const route = { ...thing, request: { query: z.object({}) } };

    expect(after(route, { request: { query: z.object({ q: z.string() }) } }).breaking).toEqual([
      'POST /things, query, q: is now required',
    ]);
  });

  test('not by a scope that more keys have, nor by another way to fail', () => {
    expect(after(thing, { scope: 'read', problems: ['not-found'] }).breaking).toEqual([]);
  });
});

describe('a job type breaks', () => {
  const job = defineJob({
    type: 'count',
    input: z.object({ text: z.string() }),
    output: z.object({ words: z.int() }),
  });
  const compare = (is: typeof job | undefined) =>
    compareSnapshots(takeSnapshot({}, [job]), takeSnapshot({}, is ? [is] : []));

  test('as requests and answers do', () => {
    const input = job.input.extend({ language: z.string() });
    const output = z.object({ words: z.int() }).omit({ words: true });

    const comparison = compare({ ...job, input, output: output as unknown as typeof job.output });

    expect(comparison.breaking).toEqual([
      'Job type count, input, language: is now required',
      'Job type count, output, words: is gone',
    ]);
  });

  test('by being gone', () => {
    expect(compare(undefined).breaking).toEqual(['Job type count is gone']);
  });
});

test('what breaks nothing is still told, so that it is taken down', () => {
  const added = takeSnapshot({ thing, other: { ...thing, path: '/others' } }, []);

  expect(compareSnapshots(takeSnapshot({ thing }, []), added)).toEqual({
    breaking: [],
    compatible: ['Route other is new'],
  });
  expect(compareSnapshots(added, added)).toEqual({ breaking: [], compatible: [] });
});
