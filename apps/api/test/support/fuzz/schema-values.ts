import type { JsonObject } from '@orq/contracts/openapi';
import fc from 'fast-check';
import { hostileValues } from './hostile.ts';

/** Finds what a `$ref` refers to. */
export type Resolve = (ref: string) => JsonObject;

const numberOr = (value: unknown, otherwise: number) => (typeof value === 'number' ? value : otherwise);

function texts(schema: JsonObject): fc.Arbitrary<string> {
  if (schema['format'] === 'uuid') return fc.uuid();
  if (schema['format'] === 'date-time') {
    return fc.integer({ min: 0, max: 4e12 }).map((ms) => new Date(ms).toISOString());
  }
  const minLength = numberOr(schema['minLength'], 0);
  const maxLength = numberOr(schema['maxLength'], Infinity);
  const pattern = typeof schema['pattern'] === 'string' ? schema['pattern'] : undefined;
  // Of patterns, only those of names and the like can be turned round.
  if (pattern === undefined || /\\p|\\0|\\u/i.test(pattern)) {
    return fc.string({ minLength, maxLength: Math.min(30, maxLength), unit: 'grapheme-ascii' });
  }
  return fc
    .stringMatching(new RegExp(pattern))
    .filter(({ length }) => length >= minLength && length <= maxLength);
}

function objects(schema: JsonObject, resolve: Resolve, depth: number): fc.Arbitrary<unknown> {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonObject>);
  const fields = properties.map(([name, field]) => [name, valuesOf(field, resolve, depth + 1)] as const);
  const requiredKeys = (schema['required'] ?? []) as string[];
  return fc.record(Object.fromEntries(fields), { requiredKeys });
}

/** Values that fit a JSON Schema, as far as the schemas of this api go. */
function valuesOf(schema: JsonObject, resolve: Resolve, depth = 0): fc.Arbitrary<unknown> {
  if (typeof schema['$ref'] === 'string') return valuesOf(resolve(schema['$ref']), resolve, depth);
  if ('const' in schema) return fc.constant(schema['const']);
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...schema['enum']);
  const forms = (schema['anyOf'] ?? schema['oneOf']) as JsonObject[] | undefined;
  if (forms) return fc.oneof(...forms.map((form) => valuesOf(form, resolve, depth)));
  const [min, max] = [numberOr(schema['minimum'], -1e6), numberOr(schema['maximum'], 1e6)];
  switch (schema['type']) {
    case 'string':
      return texts(schema);
    case 'integer':
      return fc.integer({ min, max });
    case 'number':
      return fc.double({ min, max, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array': {
      const lengths = { minLength: numberOr(schema['minItems'], 0), maxLength: 4 };
      return fc.array(valuesOf((schema['items'] ?? {}) as JsonObject, resolve, depth + 1), lengths);
    }
    case 'object':
      return objects(schema, resolve, depth);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

type Change = (value: unknown) => unknown;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Changes one thing about a value: a field goes, comes, or becomes another, or all of it does. */
const changes: fc.Arbitrary<Change> = fc
  .tuple(
    fc.constantFrom('drop', 'add', 'set', 'replace'),
    fc.nat(),
    hostileValues,
    fc.constantFrom('nope', '__proto__'),
  )
  .map(([how, nth, hostile, name]) => (value: unknown): unknown => {
    if (Array.isArray(value) && how !== 'replace') return [...value, hostile];
    if (!isObject(value) || how === 'replace') return hostile;
    const keys = Object.keys(value);
    const key = how === 'add' ? name : (keys[nth % Math.max(1, keys.length)] ?? name);
    const { [key]: _, ...others } = value;
    return how === 'drop' ? others : Object.defineProperty(others, key, { value: hostile, enumerable: true });
  });

/** Values that fit a schema, almost do, or have nothing to do with it. */
export const around = (schema: JsonObject, resolve: Resolve): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 5, arbitrary: valuesOf(schema, resolve) },
    {
      weight: 4,
      arbitrary: fc.tuple(valuesOf(schema, resolve), changes).map(([value, change]) => change(value)),
    },
    { weight: 1, arbitrary: hostileValues },
  );
