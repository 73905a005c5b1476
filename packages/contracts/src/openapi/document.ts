import { problems, Problem, type ProblemKind, problemType } from '../problems.ts';
import {
  IdempotencyKey,
  problemsOf,
  type RouteContract,
  type RouteName,
  routes,
  scopes,
  tags,
} from '../routes/index.ts';
import { type Direction, type JsonObject, type JsonSchemas, jsonSchemasOf } from './json-schemas.ts';

const COMPONENTS = '#/components/schemas/';

/** An OpenAPI 3.1 document. */
export interface OpenApiDocument extends JsonObject {
  openapi: string;
  paths: Record<string, JsonObject>;
  components: { schemas: Record<string, JsonObject> } & JsonObject;
}

const SCOPES = `Each call names the scope that its key needs: ${scopes.map((scope) => `\`${scope}\``).join(', ')}; each includes those before it. A key may be limited to queues: what is of others is not there for it.`;

const routeEntries = Object.entries(routes) as [RouteName, RouteContract][];

/** Every schema of a direction, named by its route and its part. */
function schemasOf(direction: Direction) {
  const named = routeEntries.flatMap(([name, { request, success }]) => {
    const { params, query, headers, body, multipart } = request;
    const parts =
      direction === 'input'
        ? { params, query, headers, body, multipart }
        : {
            body: 'body' in success ? success.body : undefined,
            events: 'events' in success ? success.events : undefined,
          };
    return Object.entries(parts).flatMap(([part, schema]) =>
      schema ? [[`${name}.${part}`, schema] as const] : [],
    );
  });
  const shared = direction === 'input' ? { IdempotencyKey } : { Problem };
  return jsonSchemasOf({ ...Object.fromEntries(named), ...shared }, direction, COMPONENTS);
}

type Place = 'path' | 'query' | 'header';

/** The fields of an object, each as a parameter. */
function parametersOf(schema: JsonObject | undefined, place: Place): JsonObject[] {
  const fields = (schema?.['properties'] ?? {}) as Record<string, JsonObject>;
  const required = (schema?.['required'] ?? []) as string[];
  return Object.entries(fields).map(([name, { description, ...field }]) => {
    const parameter = { name, in: place, required: required.includes(name), schema: field };
    return description === undefined ? parameter : Object.assign(parameter, { description });
  });
}

const jsonContent = (schema: JsonObject) => ({ 'application/json': { schema } });

/** The text fields of a form, and the file beside them. */
function formContent({ properties, required, ...schema }: JsonObject): JsonObject {
  const file = {
    type: 'string',
    contentMediaType: 'application/octet-stream',
    description: 'The file, streamed.',
  };
  const form = {
    ...schema,
    properties: { file, ...(properties as JsonObject | undefined) },
    required: ['file', ...((required ?? []) as string[])],
  };
  return { 'multipart/form-data': { schema: form } };
}

/** How a call can fail, by status: each problem is an example of its form. */
function problemResponses(kinds: readonly ProblemKind[]): Record<string, JsonObject> {
  const statuses = new Set(kinds.map((kind) => problems[kind].status));
  const responses = [...statuses].map((status) => {
    const same = kinds.filter((kind) => problems[kind].status === status);
    return [
      status,
      {
        description: same.map((kind) => `\`${kind}\`: ${problems[kind].title}`).join('; '),
        content: {
          'application/problem+json': {
            schema: { $ref: `${COMPONENTS}Problem` },
            examples: Object.fromEntries(
              same.map((kind) => [kind, { $ref: `#/components/examples/${kind}` }]),
            ),
          },
        },
      },
    ] as const;
  });
  return Object.fromEntries(responses);
}

function successContent(
  name: string,
  { success }: RouteContract,
  output: JsonSchemas,
): JsonObject | undefined {
  if ('binary' in success) return Object.fromEntries(success.binary.contentTypes.map((type) => [type, {}]));
  if ('text' in success) return { [success.text]: { schema: { type: 'string' } } };
  const body = output.byName[`${name}.body`];
  if (body) return jsonContent(body);
  const event = output.byName[`${name}.events`];
  return event && { 'text/event-stream': { schema: event } };
}

function responsesOf(name: string, route: RouteContract, output: JsonSchemas): JsonObject {
  const { success } = route;
  const content = successContent(name, route, output);
  const described = (description: string): JsonObject => ({ description, ...(content && { content }) });
  const others = Object.entries(success.alternatives ?? {});
  const isPartial = 'binary' in success && success.binary.ranges;
  const hasEtag = 'binary' in success || ('body' in success && success.etag);
  return {
    [success.status]: described(success.description),
    ...Object.fromEntries(others.map(([status, description]) => [status, described(description)])),
    ...('events' in success && { 204: { description: 'No more will come: there is no need to ask again.' } }),
    ...(hasEtag && { 304: { description: 'It is what `If-None-Match` names.' } }),
    ...(isPartial && { 206: described('The part of it that `Range` asks for.') }),
    ...problemResponses(problemsOf(route)),
  };
}

function operationOf(
  name: string,
  route: RouteContract,
  input: JsonSchemas,
  output: JsonSchemas,
): JsonObject {
  const { scope, idempotency, description } = route;
  const part = (of: string) => input.byName[`${name}.${of}`];
  const key = { $ref: '#/components/parameters/IdempotencyKey' };
  const parameters = [
    ...parametersOf(part('params'), 'path'),
    ...parametersOf(part('query'), 'query'),
    ...parametersOf(part('headers'), 'header'),
    ...(idempotency === 'key' ? [key] : []),
  ];
  const [body, form] = [part('body'), part('multipart')];
  const content = (body && jsonContent(body)) ?? (form && formContent(form));
  return {
    operationId: name,
    tags: [route.tag],
    summary: route.summary,
    ...(description !== undefined && { description }),
    security: scope === null ? [] : [{ bearer: [scope] }],
    ...(parameters.length > 0 && { parameters }),
    ...(content && { requestBody: { required: true, content } }),
    responses: responsesOf(name, route, output),
  };
}

/** Both directions share the components: one that they describe differently needs an id for each. */
function componentsOf(input: JsonSchemas, output: JsonSchemas): Record<string, JsonObject> {
  for (const [id, schema] of Object.entries(input.components)) {
    const other = output.components[id];
    if (other && JSON.stringify(other) !== JSON.stringify(schema)) {
      throw new TypeError(`${id} is not the same in requests as in answers`);
    }
  }
  return { ...input.components, ...output.components };
}

const exampleOf = (kind: ProblemKind): JsonObject => {
  const { status, title } = problems[kind];
  return { value: { type: problemType(kind), title, status, detail: 'What to do about it, in words.' } };
};

const openApiPath = (path: string) => path.replace(/:(\w+)/g, '{$1}');

/**
 * Describes the route table as an OpenAPI 3.1 document.
 *
 * @param version of the api
 */
export function openApiDocument(version: string): OpenApiDocument {
  const [input, output] = [schemasOf('input'), schemasOf('output')];
  const paths: Record<string, JsonObject> = {};
  for (const [name, route] of routeEntries) {
    const path = (paths[openApiPath(route.path)] ??= {});
    path[route.method] = operationOf(name, route, input, output);
  }
  const kinds = Object.keys(problems) as ProblemKind[];
  const { description, ...key } = input.byName['IdempotencyKey'] ?? {};
  return {
    openapi: '3.1.0',
    info: {
      title: 'orq',
      version,
      description: `Enqueue typed work, follow it, and take its result. ${SCOPES} Errors are RFC 9457 problems.`,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: Object.entries(tags).map(([name, text]) => ({ name, description: text })),
    paths,
    components: {
      schemas: componentsOf(input, output),
      examples: Object.fromEntries(kinds.map((kind) => [kind, exampleOf(kind)])),
      parameters: {
        IdempotencyKey: {
          name: 'Idempotency-Key',
          in: 'header',
          ...(description !== undefined && { description }),
          schema: key,
        },
      },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: `An api key. ${SCOPES}` },
      },
    },
  };
}
