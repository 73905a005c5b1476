import type { Schema } from './snapshot.ts';

/** A way in which a value that fits one schema does not fit another. */
export interface Misfit {
  /** Such as `jobs[].priority`; empty for the value as a whole. */
  path: string;
  /**
   * `value`: it may be something else. `missing`: it may be left out. `unknown`: it is not known. `gone`: it is never there.
   * Else the name of a bound, a pattern or a format.
   */
  kind: 'value' | 'missing' | 'unknown' | 'gone' | (string & {});
  given: string;
  taken: string;
}

/**
 * Whose values have to fit where. `request`: what was taken so far, into what is taken now. `answer`: what is given now,
 * into what was promised so far.
 */
export type Side = 'request' | 'answer';

type Components = Readonly<Record<string, Schema>>;

export interface Pair {
  given: Schema;
  taken: Schema;
}

const LOWER = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems'] as const;
const UPPER = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems'] as const;
const TEXT = ['pattern', 'format'] as const;

const list = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).join(', ');
const valuesOf = (schema: Schema) => ('const' in schema ? [schema.const] : schema.enum);
const isAnything = (schema: Schema) => Object.keys(schema).length === 0;
/** A schema for one type; of what it says beside, null knows nothing. */
const ofType = (schema: Schema, type: string): Schema =>
  type === 'null' ? { type } : Object.assign({ ...schema }, { type });

const variantsOf = (schema: Schema) =>
  schema.anyOf ??
  schema.oneOf ??
  (Array.isArray(schema.type) ? schema.type.map((type) => ofType(schema, type)) : undefined);

/** What is left of a schema once its variants are apart has one type at most. */
const typeIn = ({ type }: Schema, none = 'anything') => String(type ?? none);

const isWider = (given: Schema['type'], taken: Schema['type']) =>
  taken !== undefined && given !== taken && !(given === 'integer' && taken === 'number');

function boundMisfits({ given, taken }: Pair, path: string): Misfit[] {
  const names = [
    ...LOWER.filter((name) => (given[name] ?? -Infinity) < (taken[name] ?? -Infinity)),
    ...UPPER.filter((name) => (given[name] ?? Infinity) > (taken[name] ?? Infinity)),
    ...TEXT.filter((name) => taken[name] !== undefined && given[name] !== taken[name]),
  ];
  const show = (value: unknown) => String(value ?? 'unset');
  return names.map((kind) => ({ path, kind, given: show(given[kind]), taken: show(taken[kind]) }));
}

function valueMisfits(given: Schema, taken: readonly unknown[], path: string): Misfit[] {
  const values = valuesOf(given);
  const known = new Set(taken.map((value) => JSON.stringify(value)));
  const others = values?.filter((value) => !known.has(JSON.stringify(value)));
  if (others?.length === 0) return [];
  const what = others ? list(others) : `any ${typeIn(given, 'value')}`;
  return [{ path, kind: 'value', given: what, taken: list(taken) }];
}

/** A variant that is of another type, or says by a constant that it is another, is further off than any other. */
const distance = (found: readonly Misfit[]) =>
  found.reduce((sum, { kind }) => sum + (kind === 'value' ? 100 : 1), 0);

/**
 * Compares what schemas let through.
 *
 * @param components what the schemas of either side refer to
 */
export function createComparison(side: Side, components: { given: Components; taken: Components }) {
  function resolve(schema: Schema, from: Components): Schema {
    if (schema.$ref === undefined) return schema;
    return from[schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1)] ?? {};
  }

  /** How a value that fits `given` may not fit `taken`; none where it always does. */
  function misfits(pair: Pair, path = ''): Misfit[] {
    const given = resolve(pair.given, components.given);
    const taken = resolve(pair.taken, components.taken);
    if (isAnything(taken)) return [];
    const variants = variantsOf(given);
    if (variants) return variants.flatMap((variant) => misfits({ given: variant, taken }, path));
    const takers = variantsOf(taken);
    if (takers) {
      // Where none takes it, the one that it was most likely meant for tells why.
      const tries = takers.map((taker) => misfits({ given, taken: taker }, path));
      return tries.sort((a, b) => distance(a) - distance(b))[0] ?? [];
    }
    const takenValues = valuesOf(taken);
    if (takenValues) return valueMisfits(given, takenValues, path);
    if (isWider(given.type, taken.type)) {
      return [{ path, kind: 'value', given: typeIn(given), taken: typeIn(taken) }];
    }
    return [
      ...boundMisfits({ given, taken }, path),
      ...(taken.items ? misfits({ given: given.items ?? {}, taken: taken.items }, `${path}[]`) : []),
      ...fieldMisfits({ given, taken }, path),
    ];
  }

  function fieldMisfits({ given, taken }: Pair, path: string): Misfit[] {
    const at = (name: string) => (path === '' ? name : `${path}.${name}`);
    const misfit = (name: string, kind: Misfit['kind']) => ({ path: at(name), kind, given: '', taken: '' });
    const [ours, theirs] = [given.properties ?? {}, taken.properties ?? {}];

    const shared = Object.entries(ours).flatMap(([name, field]) => {
      const other = theirs[name];
      if (other) return misfits({ given: field, taken: other }, at(name));
      // Any answer may have more than was promised; what a request says must still count for something.
      return side === 'request' || taken.additionalProperties === false ? [misfit(name, 'unknown')] : [];
    });
    const gone = side === 'answer' ? Object.keys(theirs).filter((name) => !(name in ours)) : [];
    const missing = (taken.required ?? []).filter(
      (name) => !given.required?.includes(name) && !gone.includes(name),
    );
    const others =
      typeof given.additionalProperties === 'object' && typeof taken.additionalProperties === 'object'
        ? misfits({ given: given.additionalProperties, taken: taken.additionalProperties }, at('*'))
        : [];
    return [
      ...shared,
      ...gone.map((name) => misfit(name, 'gone')),
      ...missing.map((name) => misfit(name, 'missing')),
      ...others,
    ];
  }

  /** As `misfits`, for a stream: clients pass over kinds of event that they do not know. */
  function eventMisfits({ given, taken }: Pair): Misfit[] {
    const kindOf = (schema: Schema) => resolve(schema, components.given).properties?.['type']?.const;
    const takers = variantsOf(resolve(taken, components.taken)) ?? [taken];
    const known = new Set(
      takers.map((taker) => resolve(taker, components.taken).properties?.['type']?.const),
    );
    const events = variantsOf(resolve(given, components.given)) ?? [given];
    const left = [...known].filter((kind) => !events.some((event) => kindOf(event) === kind));
    return [
      ...left.map((kind) => ({ path: `event ${String(kind)}`, kind: 'gone', given: '', taken: '' })),
      ...events
        .filter((event) => known.has(kindOf(event)))
        .flatMap((event) => misfits({ given: event, taken })),
    ];
  }

  return { misfits, eventMisfits };
}

const WORDS: Record<Side, Record<string, (misfit: Misfit) => string>> = {
  request: {
    value: ({ given, taken }) => `no longer takes ${given}, only ${taken}`,
    missing: () => 'is now required',
    unknown: () => 'is no longer taken',
  },
  answer: {
    value: ({ given, taken }) => `may now be ${given}, not only ${taken}`,
    missing: () => 'may now be missing',
    unknown: () => 'may now be there',
    gone: () => 'is gone',
  },
};

/** A misfit in words, as what has changed from then to now. */
export function inWords(side: Side, misfit: Misfit): string {
  const { kind, given, taken } = misfit;
  const [now, was] = side === 'request' ? [taken, given] : [given, taken];
  return WORDS[side][kind]?.(misfit) ?? `has ${kind} ${now} now, and had ${was}`;
}
