import { type JobContract, problems, type RouteContract } from '@orq/contracts';
import { type JsonObject, jsonSchemasOf } from '@orq/contracts/openapi';
import type { z } from 'zod';

/** A JSON Schema, as the comparison reads it. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  propertyNames?: Schema;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
}

/** What is promised of one route. */
export interface RouteSnapshot {
  method: string;
  path: string;
  scope: string | null;
  idempotency: string | null;
  statuses: number[];
  /** How it answers: `body`, `binary`, `events`, `text` or `empty`. */
  form: string;
  request: Record<string, Schema>;
  answer: Schema | null;
}

/** All that others build on, as it is written down. */
export interface Snapshot {
  routes: Record<string, RouteSnapshot>;
  jobs: Record<string, { input: Schema; output: Schema }>;
  problems: Record<string, number>;
  /** What the schemas of requests, and of answers, refer to. */
  components: { input: Record<string, Schema>; output: Record<string, Schema> };
}

const PARTS = ['params', 'query', 'headers', 'body', 'multipart'] as const;
const FORMS = ['body', 'binary', 'events', 'text', 'empty'] as const;

type Named = [name: string, schema: z.ZodType];

const partsOf = (route: RouteContract) =>
  PARTS.flatMap((part): Named[] => {
    const schema = route.request[part];
    return schema ? [[part, schema]] : [];
  });

function answerOf({ success }: RouteContract): z.ZodType | undefined {
  if ('body' in success) return success.body;
  return 'events' in success ? success.events : undefined;
}

/** What is only for readers may change at any time, and says nothing about what fits. */
const FOR_READERS = new Set(['description', 'examples', 'id', 'title', 'default']);

/** A schema without what is for readers; a field may still have such a name. */
function bare(value: unknown, isFields = false): unknown {
  if (Array.isArray(value)) return value.map((inner) => bare(inner));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => isFields || !FOR_READERS.has(key));
  return Object.fromEntries(
    kept.map(([key, inner]) => [key, bare(inner, !isFields && key === 'properties')]),
  );
}

function bareSchemas(named: readonly Named[], direction: 'input' | 'output') {
  const { byName, components } = jsonSchemasOf(Object.fromEntries(named), direction, '#/components/');
  const strip = (schemas: Record<string, JsonObject>) =>
    Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, bare(schema) as Schema]));
  return { byName: strip(byName), components: strip(components) };
}

/** Takes down what a route table and job contracts promise. */
export function takeSnapshot(
  routes: Readonly<Record<string, RouteContract>>,
  jobs: readonly JobContract[],
): Snapshot {
  const table = Object.entries(routes);
  const input = bareSchemas(
    [
      ...table.flatMap(([name, route]) =>
        partsOf(route).map(([part, schema]): Named => [`${name}.${part}`, schema]),
      ),
      ...jobs.map((job): Named => [`job ${job.type}`, job.input]),
    ],
    'input',
  );
  const output = bareSchemas(
    [
      ...table.flatMap(([name, route]): Named[] => {
        const answer = answerOf(route);
        return answer ? [[name, answer]] : [];
      }),
      ...jobs.map((job): Named => [`job ${job.type}`, job.output]),
    ],
    'output',
  );
  return {
    routes: Object.fromEntries(
      table.map(([name, route]) => [
        name,
        {
          method: route.method,
          path: route.path,
          scope: route.scope,
          idempotency: route.idempotency ?? null,
          statuses: [route.success.status, ...Object.keys(route.success.alternatives ?? {}).map(Number)],
          form: FORMS.find((form) => form in route.success) ?? 'empty',
          request: Object.fromEntries(
            partsOf(route).map(([part]) => [part, input.byName[`${name}.${part}`] ?? {}]),
          ),
          answer: output.byName[name] ?? null,
        },
      ]),
    ),
    jobs: Object.fromEntries(
      jobs.map(({ type }) => [
        type,
        { input: input.byName[`job ${type}`] ?? {}, output: output.byName[`job ${type}`] ?? {} },
      ]),
    ),
    problems: Object.fromEntries(Object.entries(problems).map(([kind, { status }]) => [kind, status])),
    components: { input: input.components, output: output.components },
  };
}
