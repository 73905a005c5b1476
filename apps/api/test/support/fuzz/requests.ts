import type { JsonObject, OpenApiDocument } from '@orq/contracts/openapi';
import fc from 'fast-check';
import { hostileBodies, hostileTexts } from './hostile.ts';
import { around, type Resolve } from './schema-values.ts';

export interface FuzzRequest {
  /** The name of its operation. */
  name: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer | undefined;
}

/** One call of the document. */
export interface Operation {
  name: string;
  method: string;
  path: string;
  parameters: { name: string; in: string; required?: boolean; schema: JsonObject }[];
  /** Of the body, by content type. */
  content: Record<string, { schema: JsonObject }>;
  responses: Record<string, { content?: Record<string, { schema?: JsonObject }> }>;
}

export const resolveIn =
  (document: OpenApiDocument): Resolve =>
  (ref) =>
    ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, name) => (at as JsonObject)[name], document) as JsonObject;

/** Every call that the document has. */
export function operationsOf(document: OpenApiDocument): Operation[] {
  const resolve = resolveIn(document);
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => {
      const { operationId, parameters = [], requestBody, responses } = described as JsonObject;
      const whole = (part: JsonObject) => (typeof part['$ref'] === 'string' ? resolve(part['$ref']) : part);
      return {
        name: String(operationId),
        method: method.toUpperCase(),
        path,
        parameters: (parameters as JsonObject[]).map(whole) as unknown as Operation['parameters'],
        content: ((requestBody as JsonObject | undefined)?.['content'] ?? {}) as Operation['content'],
        responses: responses as unknown as Operation['responses'],
      };
    }),
  );
}

/** What a path and a header can carry at all: what they cannot, no HTTP client sends. */
const inPath = (value: unknown) =>
  encodeURIComponent(
    String(value)
      .slice(0, 1_000)
      .replace(/\p{Surrogate}/gu, '\ufffd'),
  );
const inHeader = (value: unknown) =>
  String(value)
    .replace(/[^\x20-\x7e\xa0-\xff]/g, '')
    .trim()
    .slice(0, 1_000);

/** Most calls name few of the variables that they could. */
const seldom = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });

/** Between the values of a variable that comes several times: nothing that is encoded has it. */
const LIST = '\n';

const brokenPaths = fc.constantFrom(
  '%',
  '%ff',
  '%c0%80',
  '%00',
  '..%2f..%2fetc%2fpasswd',
  '%252e',
  ';',
  'a%2fb',
);

const BOUNDARY = 'fuzz-boundary';

/** A form as it goes over the wire, with the file at its end, or where the fields have it. */
function formBody(fields: unknown, file: Uint8Array, end: string): Buffer {
  const entries = typeof fields === 'object' && fields !== null ? Object.entries(fields) : [];
  const texts = entries
    .filter(([name]) => name !== 'file')
    .map(([name, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      return `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`;
    });
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n`;
  return Buffer.concat([Buffer.from(texts.join('') + head), file, Buffer.from(end)]);
}

type Body = { headers: Record<string, string>; body: Buffer | undefined };

function bodiesOf({ content }: Operation, resolve: Resolve): fc.Arbitrary<Body> {
  const [json, form] = [content['application/json'], content['multipart/form-data']];
  if (form) {
    const ends = fc.oneof(
      { weight: 4, arbitrary: fc.constant(`\r\n--${BOUNDARY}--\r\n`) },
      { weight: 1, arbitrary: fc.constantFrom('', `--${BOUNDARY}`, `\r\n--${BOUNDARY}\r\n\r\n`) },
    );
    const headers = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };
    return fc
      .tuple(around(form.schema, resolve), fc.uint8Array({ minLength: 1, maxLength: 500 }), ends)
      .map(([fields, file, end]) => ({ headers, body: formBody(fields, file, end) }));
  }
  if (!json) return fc.constant({ headers: {}, body: undefined });
  const types = fc.oneof(
    { weight: 9, arbitrary: fc.constant('application/json') },
    { weight: 1, arbitrary: fc.constantFrom('text/plain', 'application/x-www-form-urlencoded', 'a', '') },
  );
  const texts = around(json.schema, resolve).map((value) => Buffer.from(JSON.stringify(value) ?? ''));
  const bodies = fc.oneof({ weight: 6, arbitrary: texts }, { weight: 1, arbitrary: hostileBodies });
  return fc.tuple(types, bodies).map(([type, body]) => ({ headers: { 'content-type': type }, body }));
}

/** Requests to one call: good ones, almost good ones, and hostile ones. @param ids of things that are there */
export function requestsTo(operation: Operation, resolve: Resolve, ids: string[], authorization: string) {
  const values = operation.parameters.map(({ name, in: place, required = false, schema }) => {
    const listed = (value: unknown) => (Array.isArray(value) ? value : [value]).map(inPath).join(LIST);
    const fitting = around(schema, resolve);
    const isId = place === 'path' && schema['format'] === 'uuid';
    const value = isId
      ? fc.oneof(fc.constantFrom(...ids).map(inPath), fitting.map(inPath), brokenPaths)
      : fitting.map(place === 'header' ? inHeader : place === 'query' ? listed : inPath);
    return (required ? value : seldom(value)).map((text) => ({ name, place, text }));
  });
  const authorizations = fc.oneof(
    { weight: 9, arbitrary: fc.constant(authorization) },
    { weight: 1, arbitrary: hostileTexts.map((text) => inHeader(`Bearer ${text}`)) },
  );
  return fc
    .tuple(fc.tuple(...values), bodiesOf(operation, resolve), authorizations)
    .map(([parameters, { headers, body }, key]): FuzzRequest => {
      let { path } = operation;
      const query: string[] = [];
      const sent: Record<string, string> = { ...headers, authorization: key };
      for (const { name, place, text } of parameters) {
        if (text === undefined) continue;
        // Nothing at all, and dots, would make it the path of another call.
        if (place === 'path') path = path.replace(`{${name}}`, text.replace(/^\.{0,2}$/, '-'));
        else if (place === 'query') query.push(...text.split(LIST).map((one) => `${name}=${one}`));
        else sent[name] = text;
      }
      return {
        name: operation.name,
        method: operation.method,
        path: path + (query.length > 0 ? `?${query.join('&')}` : ''),
        headers: sent,
        body,
      };
    });
}
