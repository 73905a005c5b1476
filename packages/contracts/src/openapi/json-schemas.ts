import { z } from 'zod';
import { Json, type JsonValue } from '../resources/json.ts';

/** A part of a JSON document. */
export interface JsonObject {
  [key: string]: JsonValue;
}

/** Requests are described by what a schema takes, answers by what it gives. */
export type Direction = 'input' | 'output';

/** Kinds of schema that JSON Schema has no word for, and that would be described as anything at all. */
const UNREPRESENTABLE = new Set([
  'custom',
  'transform',
  'bigint',
  'date',
  'map',
  'set',
  'symbol',
  'undefined',
  'void',
  'nan',
]);

/** Formats that say it all: the pattern beside them is long, and for machines. */
const NAMED_FORMATS = new Set(['uuid', 'date-time']);

type Override = NonNullable<z.core.ToJSONSchemaParams['override']>;

const tidy: Override = ({ zodSchema, jsonSchema, path }) => {
  const { def } = zodSchema._zod;
  const isJson = zodSchema === Json || zodSchema._zod.parent === Json;
  if (UNREPRESENTABLE.has(def.type) && !isJson) {
    throw new TypeError(`${path.join('.')}: a schema of type ${def.type} is none of JSON`);
  }
  // More may come with any answer: only what is strict takes no other field.
  if (def.type === 'object' && !('catchall' in def && def.catchall)) delete jsonSchema.additionalProperties;
  if (jsonSchema.format !== undefined && NAMED_FORMATS.has(jsonSchema.format)) delete jsonSchema.pattern;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
};

export interface JsonSchemas {
  /** Each schema by its name. */
  byName: Record<string, JsonObject>;
  /** Those with an id, which the others refer to. */
  components: Record<string, JsonObject>;
}

/**
 * JSON Schemas (draft 2020-12) of named schemas, which share what has an id.
 *
 * @param componentsAt where those with an id will be found, such as `#/components/schemas/`
 * @throws {TypeError} when one cannot be said in JSON Schema
 */
export function jsonSchemasOf(
  schemas: Readonly<Record<string, z.ZodType>>,
  io: Direction,
  componentsAt: string,
): JsonSchemas {
  const all = z.toJSONSchema(z.object(schemas), { io, unrepresentable: 'any', override: tidy });
  // What has come out of toJSONSchema is JSON.
  const text = JSON.stringify(all).replaceAll('"$ref":"#/$defs/', `"$ref":"${componentsAt}`);
  const { properties, $defs = {} } = JSON.parse(text) as {
    properties: Record<string, JsonObject>;
    $defs?: Record<string, JsonObject>;
  };
  return { byName: properties, components: $defs };
}
