import type { OpenApiDocument } from '@orq/contracts/openapi';

/** A JSON Schema, as far as the reference shows it. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
  oneOf?: Schema[];
  examples?: unknown[];
}

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  description?: string;
  schema: Schema;
}

export type Content = Record<string, { schema?: Schema }>;

interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  security: { bearer?: string[] }[];
  parameters?: (Parameter | { $ref: string })[];
  requestBody?: { content: Content };
  responses: Record<string, { description: string; content?: Content }>;
}

/** An OpenAPI document, as far as the reference shows it. */
export interface Reference {
  info: { title: string; version: string; description: string };
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; parameters: Record<string, Parameter> };
}

/** One call of the reference. */
export interface Endpoint {
  method: string;
  path: string;
  operation: Operation;
}

/** The document's own form is wider than what orq writes into it. */
export const referenceOf = (document: OpenApiDocument) => document as unknown as Reference;

export const endpointsOf = ({ paths }: Reference): Endpoint[] =>
  Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ method, path, operation })),
  );

const lastPart = ($ref: string) => $ref.slice($ref.lastIndexOf('/') + 1);

/** The name of the component that a schema refers to; undefined where it is one itself. */
export const referredTo = ({ $ref }: Schema) => ($ref === undefined ? undefined : lastPart($ref));

export const parameterOf = ({ components }: Reference, parameter: Parameter | { $ref: string }) =>
  '$ref' in parameter ? components.parameters[lastPart(parameter.$ref)] : parameter;

/** The first example of a schema, put together from those of its fields where it has none of its own. */
export function exampleOf(reference: Reference, schema: Schema): unknown {
  const name = referredTo(schema);
  const referred = name === undefined ? undefined : reference.components.schemas[name];
  if (referred) return exampleOf(reference, referred);
  const [first] = schema.examples ?? [];
  if (first !== undefined) return first;
  const [variant] = schema.oneOf ?? schema.anyOf ?? [];
  if (variant) return exampleOf(reference, variant);
  if (schema.type === 'array') return schema.items ? [exampleOf(reference, schema.items)] : [];
  if (schema.type !== 'object') return undefined;
  const fields = Object.entries(schema.properties ?? {}).map(([key, field]) => [
    key,
    exampleOf(reference, field),
  ]);
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}
