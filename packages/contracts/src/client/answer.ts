import type { z } from 'zod';
import { fieldErrors } from '../field-errors.ts';
import { Problem } from '../problems.ts';
import { ContractMismatchError, ForbiddenError, ProblemError, UnauthorizedError } from './errors.ts';

/** Of an answer that nobody expected, so many characters are quoted. */
const QUOTED = 200;

/** A `Retry-After` header, in ms: it has seconds, or a date. */
function retryAfterMs(response: Response): number | undefined {
  const value = response.headers.get('retry-after');
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** @returns undefined for what is no JSON, which no schema takes */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const errorOf = new Map<number, typeof ProblemError>([
  [401, UnauthorizedError],
  [403, ForbiddenError],
]);

/** What an answer that is no success says, as an error; one that orq has not written is quoted. */
export async function problemOf(call: string, response: Response): Promise<ProblemError> {
  const text = await response.text();
  const problem = Problem.safeParse(parseJson(text));
  const quoted = {
    type: 'about:blank',
    title: response.statusText,
    status: response.status,
    detail: `the answer has status ${response.status}, and is none of orq's: ${text.slice(0, QUOTED)}`,
  };
  const Failure = errorOf.get(response.status) ?? ProblemError;
  return new Failure(call, problem.success ? problem.data : quoted, retryAfterMs(response));
}

/** @throws {ContractMismatchError} that names the field */
export function parse<Schema extends z.ZodType>(
  what: string,
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ContractMismatchError(what, fieldErrors(parsed.error.issues), { cause: parsed.error });
}

/** Reads an answer of JSON. @throws {ContractMismatchError} */
export async function readJson<Schema extends z.ZodType>(
  call: string,
  schema: Schema,
  response: Response,
): Promise<z.output<Schema>> {
  return parse(`The answer to ${call}`, schema, parseJson(await response.text()));
}
