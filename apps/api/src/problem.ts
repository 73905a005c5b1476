import { fieldErrors, problems, problemType, type Problem, type ProblemKind } from '@orq/contracts';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { z } from 'zod';

export interface ProblemOptions extends ErrorOptions {
  /** The fields that are wrong, each by its path. */
  errors?: NonNullable<Problem['errors']>;
  headers?: Record<string, string>;
  /** Of `not-rendered`: the job that renders it. */
  render?: Problem['render'];
}

/** Thrown anywhere below a route to answer with a problem. `detail` is for the client: it says what to do. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly kind: ProblemKind;
  readonly errors: Problem['errors'];
  readonly headers: Record<string, string>;
  readonly render: Problem['render'];

  constructor(
    kind: ProblemKind,
    detail: string,
    { errors, headers = {}, render, ...options }: ProblemOptions = {},
  ) {
    super(detail, options);
    this.kind = kind;
    this.errors = errors;
    this.headers = headers;
    this.render = render;
  }
}

/** So many wrong fields are told: a body of 4 MiB can have half a million. */
const MAX_FIELDS = 20;
/** Of a longer path, or message, the beginning is told. In characters. */
const MAX_WORDS = 300;

const shortened = (words: string) => (words.length > MAX_WORDS ? `${words.slice(0, MAX_WORDS)}…` : words);

/** The problem of fields that are wrong. */
export function invalid(fields: NonNullable<Problem['errors']>): ProblemError {
  const errors = fields
    .slice(0, MAX_FIELDS)
    .map(({ path, message }) => ({ path: shortened(path), message: shortened(message) }));
  const words = errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  const others = fields.length - errors.length;
  const detail = [...words, ...(others > 0 ? [`and ${others} more`] : [])].join('; ');
  return new ProblemError('validation', detail, { errors });
}

/** The problem of one field that is wrong. */
export const invalidField = (path: string, message: string) => invalid([{ path, message }]);

/** Waits for what parses its parameters itself. @throws {ProblemError} `validation`, with those that are wrong */
export async function namingFields<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw error instanceof z.ZodError ? invalid(fieldErrors(error.issues)) : error;
  }
}

export const PROBLEM_JSON = 'application/problem+json';

/** A problem as its answer has it (RFC 9457). @param request what of it could be read */
export function problemBody(
  problem: ProblemError,
  request: Pick<Problem, 'instance' | 'request_id'>,
): Problem {
  const { status, title } = problems[problem.kind];
  return {
    type: problemType(problem.kind),
    title,
    status,
    detail: problem.message,
    ...request,
    ...(problem.errors && { errors: problem.errors }),
    ...(problem.render && { render: problem.render }),
  };
}

/** Answers with `application/problem+json`. */
export function problemResponse(c: Context, problem: ProblemError): Response {
  const request = { instance: new URL(c.req.url).pathname, request_id: c.get('requestId') };
  const { status } = problems[problem.kind];
  return c.body(JSON.stringify(problemBody(problem, request)), status satisfies ContentfulStatusCode, {
    ...problem.headers,
    'content-type': PROBLEM_JSON,
  });
}
