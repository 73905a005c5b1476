import { fieldErrors, IdempotencyKey, type RouteContract } from '@orq/contracts';
import type { HonoRequest } from 'hono';
import { z } from 'zod';
import { invalid } from '../problem.ts';
import { readJsonBody } from './json-body.ts';

/** The parts of a request, as its contract's schemas give them; undefined where it names none. */
export interface RequestParts {
  params: unknown;
  query: unknown;
  headers: unknown;
  body: unknown;
  idempotencyKey: string | undefined;
}

/** @throws {ProblemError} `validation`, with the fields that are wrong */
function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(fieldErrors(parsed.error.issues));
}

const IDEMPOTENCY_KEY = 'idempotency-key';
const KeyHeader = z.object({ [IDEMPOTENCY_KEY]: IdempotencyKey });

/** Asks for the one header: reading all of them takes longer than all else here. */
function idempotencyKeyOf(request: HonoRequest): string | undefined {
  const key = request.header(IDEMPOTENCY_KEY);
  return key === undefined ? undefined : parse(KeyHeader, { [IDEMPOTENCY_KEY]: key })[IDEMPOTENCY_KEY];
}

const isList = (schema: z.core.$ZodType | undefined): boolean =>
  schema instanceof z.ZodArray || (schema instanceof z.ZodOptional && isList(schema.unwrap()));

/** A query variable that comes once is text, unless it is one of a list; one that comes several times is a list. */
function queryOf(wanted: z.ZodObject, request: HonoRequest): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(request.queries()).map(([name, values]) => {
      const [first, ...others] = values;
      const isText = first !== undefined && others.length === 0 && !isList(wanted.shape[name]);
      return [name, isText ? first : values];
    }),
  );
}

/**
 * Reads and parses all that a contract says of a request. The body comes last: what is wrong before it is told unread.
 *
 * @throws {ProblemError}
 */
export async function readRequest(
  { request: wanted, idempotency }: RouteContract,
  request: HonoRequest,
): Promise<RequestParts> {
  const { params, query, headers, body } = wanted;
  const parts = {
    params: params && parse(params, request.param()),
    query: query && parse(query, queryOf(query, request)),
    headers: headers && parse(headers, request.header()),
    idempotencyKey: idempotency === 'key' ? idempotencyKeyOf(request) : undefined,
  };
  return { ...parts, body: body && parse(body, await readJsonBody(request.raw)) };
}
