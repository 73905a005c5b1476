import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { API_VERSION, problems, problemsOf, type RouteContract, routes } from '../src/index.ts';
import { openApiDocument } from '../src/openapi/document.ts';

const document = openApiDocument(API_VERSION);
const table = Object.entries<RouteContract>(routes);

type Operation = Record<string, unknown> & { responses: Record<string, unknown> };
const operationAt = ({ method, path }: RouteContract) =>
  document.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method] as Operation | undefined;

/** Every schema below these, by where it is. */
function* schemasWithin(name: string, schema: z.core.$ZodType): Generator<[string, z.core.$ZodType]> {
  yield [name, schema];
  const { def } = schema._zod;
  if (schema instanceof z.ZodObject) {
    for (const [key, field] of Object.entries(schema.shape)) yield* schemasWithin(`${name}.${key}`, field);
  } else if (schema instanceof z.ZodArray) {
    yield* schemasWithin(`${name}[]`, schema.element);
  } else if (schema instanceof z.ZodUnion) {
    for (const [index, option] of schema.options.entries()) yield* schemasWithin(`${name}|${index}`, option);
  } else if ('innerType' in def) {
    yield* schemasWithin(name, def.innerType as z.core.$ZodType);
  }
}

const roots = table.flatMap(([name, { request, success }]) => [
  ...Object.entries(request).map(([part, schema]): [string, z.ZodType] => [`${name}.${part}`, schema]),
  ...('body' in success ? [[`${name} answer`, success.body] as [string, z.ZodType]] : []),
  ...('events' in success ? [[`${name} events`, success.events] as [string, z.ZodType]] : []),
]);

describe('the OpenAPI document', () => {
  test('is valid by the schema of OpenAPI 3.1', async () => {
    const result = await new Validator().validate(structuredClone(document));

    expect(result.errors).toBeUndefined();
    expect(result.valid).toBe(true);
  });

  test('has every route, under its name, with every way to succeed and to fail', () => {
    for (const [name, route] of table) {
      const operation = operationAt(route);
      const statuses = [
        route.success.status,
        ...Object.keys(route.success.alternatives ?? {}).map(Number),
        ...problemsOf(route).map((kind) => problems[kind].status),
      ];

      expect(operation?.['operationId']).toBe(name);
      for (const status of statuses)
        expect(Object.keys(operation?.responses ?? {})).toContain(String(status));
    }
  });

  test('refers to nothing that is not there', () => {
    const text = JSON.stringify(document);
    for (const [, kind = '', name = ''] of text.matchAll(/"\$ref":"#\/components\/(\w+)\/([\w-]+)"/g)) {
      expect(document.components[kind], `${kind} ${name}`).toHaveProperty(name);
    }
    expect(text).not.toContain('#/$defs/');
  });

  test('says of every call that needs a key how it is refused without one, and of no other', () => {
    for (const [name, route] of table) {
      const statuses = Object.keys(operationAt(route)?.responses ?? {});
      const refusals = ['401', '403', '429'].filter((status) => statuses.includes(status));
      expect(refusals, name).toEqual(route.scope === null ? [] : ['401', '403', '429']);
    }
  });

  test('says who may call, by bearer token', () => {
    expect(operationAt(routes.getJob)?.['security']).toEqual([{ bearer: ['read'] }]);
    expect(operationAt(routes.healthz)?.['security']).toEqual([]);
  });

  test('says what a keyed call, a form and a stream are', () => {
    const [enqueue, upload, events] = [routes.enqueueJob, routes.upload, routes.jobEvents].map(operationAt);

    expect(enqueue?.['parameters']).toContainEqual({ $ref: '#/components/parameters/IdempotencyKey' });
    expect(upload).toHaveProperty(
      ['requestBody', 'content', 'multipart/form-data', 'schema', 'required'],
      ['file'],
    );
    expect(events).toHaveProperty(['responses', '200', 'content', 'text/event-stream', 'schema'], {
      $ref: '#/components/schemas/JobEvent',
    });
  });

  test('has the version of the package', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

    expect(document['info']).toMatchObject({ version });
  });
});

describe('every example', () => {
  const withExamples = roots
    .flatMap(([name, schema]) => Array.from(schemasWithin(name, schema)))
    .map(([name, schema]) => ({ name, schema, examples: z.globalRegistry.get(schema)?.examples ?? [] }))
    .filter(({ examples }) => (examples as unknown[]).length > 0);

  test('fits its schema', () => {
    expect(withExamples.length).toBeGreaterThan(20);
    for (const { name, schema, examples } of withExamples) {
      for (const example of examples as unknown[]) {
        const parsed = z.safeParse(schema, example);
        expect(parsed.error && z.prettifyError(parsed.error), name).toBeUndefined();
      }
    }
  });

  test('fits the JSON Schema that the document has of it', () => {
    const ajv = new Ajv2020.default({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addSchema(structuredClone(document), 'document');
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      for (const example of (schema['examples'] ?? []) as unknown[]) {
        const isValid = ajv.validate({ $ref: `document#/components/schemas/${name}` }, example);
        expect(isValid ? null : ajv.errorsText(), name).toBeNull();
      }
    }
  });

  test('is there for every body and every answer that is an object of its own', () => {
    const without = Object.entries(document.components.schemas)
      .filter(([, schema]) => schema['type'] === 'object' && !schema['examples'])
      .map(([name]) => name);

    expect(without).toEqual([]);
  });
});
