import { z } from 'zod';
import type { ProblemKind } from '../problems.ts';

/** What an api key must be allowed to do. Each includes the ones before it. */
export const scopes = ['read', 'enqueue', 'operate', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/**
 * What a call reaches, and so what of it is left to an api key that is limited to queues:
 *
 * - `nothing` that is of any queue: all of it.
 * - `job`: the one of the path, which is not there for a key of other queues.
 * - `video`: videos, their clips and uploads, which are of `VIDEO_QUEUE`, and not there for a key of other queues.
 * - `queue`: the one of the path. It is refused to a key of other queues.
 * - `enqueue`: the queues that jobs of the body name. As `queue`.
 * - `own`: whatever is of the caller's queues. The api's handler is given these, and leaves out all else.
 * - `everything`: what is of no queue, or of many. It is refused to each key that is limited.
 */
export type Reach = 'nothing' | 'job' | 'video' | 'queue' | 'enqueue' | 'own' | 'everything';

/** The chapters of the reference. */
export const tags = {
  Jobs: 'Enqueue work, follow it, and take its result.',
  Events: 'What happens to jobs, as it happens, over server-sent events.',
  Queues: 'How much there is to do, who does it, and how fast.',
  Videos: 'Upload videos, and read what was found in them.',
  Service: 'The api about itself.',
} as const;
export type Tag = keyof typeof tags;

/** JSON of this shape. */
export interface JsonAnswer {
  readonly body: z.ZodType;
  /** Whether it carries an `ETag`, and is 304 without a body where `If-None-Match` names that. */
  readonly etag?: true;
}

/** Bytes of one of these content types, streamed. */
export interface BinaryAnswer {
  readonly binary: {
    readonly contentTypes: readonly [string, ...string[]];
    /** Whether a `Range` is answered by 206 and that part of the bytes. */
    readonly ranges: boolean;
  };
}

/** A stream of server-sent events. Each event's `type` is its name, and its `event_id` what a client resumes from. */
export interface EventStreamAnswer {
  readonly events: z.ZodType<StreamedEvent>;
}

/** Text of this content type, such as a page. */
export interface TextAnswer {
  readonly text: string;
}

/** Nothing but the status. */
export interface EmptyAnswer {
  readonly empty: true;
}

export interface StreamedEvent {
  readonly type: string;
  readonly event_id: string;
}

export type Success = {
  readonly status: 200 | 201 | 202 | 204;
  /** What has been done then. */
  readonly description: string;
  /** Other statuses that answer in the same form, and what each means. */
  readonly alternatives?: Readonly<Partial<Record<200 | 201 | 202, string>>>;
} & (JsonAnswer | BinaryAnswer | EventStreamAnswer | TextAnswer | EmptyAnswer);

/** One call of the api: what it takes, what it answers, and how it can fail. */
export interface RouteContract {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** A path in Hono's form: `/jobs/:id`. */
  readonly path: `/${string}`;
  readonly tag: Tag;
  /** One line. */
  readonly summary: string;
  /** What the summary leaves open, in Markdown. */
  readonly description?: string;
  /** What a key must be allowed to do; null where everyone may call, as often as they like: it must cost next to nothing. */
  readonly scope: Scope | null;
  readonly reach: Reach;
  /**
   * Whether a mutation may be sent again when nobody knows if it arrived. `key`: it takes an `Idempotency-Key`, and a
   * second call with the same key gives the first one's answer. `natural`: doing it twice is doing it once.
   */
  readonly idempotency?: 'key' | 'natural';
  readonly request: {
    /** The variables of the path. */
    readonly params?: z.ZodObject;
    /** The query string. One that is an array may be given several times. */
    readonly query?: z.ZodObject;
    /** Request headers by their names in lower case, without `idempotency-key`. */
    readonly headers?: z.ZodObject;
    /** A JSON body. */
    readonly body?: z.ZodType;
    /** The text fields of a `multipart/form-data` body that also carries a `file`. */
    readonly multipart?: z.ZodObject;
  };
  readonly success: Success;
  /** Its own ways to fail; the ones that others share are in {@link problemsOf}. */
  readonly problems: readonly ProblemKind[];
}

/** How every call can fail. */
const commonProblems = ['internal'] as const satisfies readonly ProblemKind[];

/** How every call can fail that needs a scope. */
const keyedProblems = [
  'unauthorized',
  'forbidden',
  'rate-limited',
  'unavailable',
] as const satisfies readonly ProblemKind[];

/** All ways in which a call can fail, each once. */
export function problemsOf({ scope, problems }: RouteContract): ProblemKind[] {
  return [...new Set([...problems, ...(scope === null ? [] : keyedProblems), ...commonProblems])];
}

/** Longest `Idempotency-Key`, in characters. */
export const MAX_IDEMPOTENCY_KEY_LENGTH = 255;

export const IdempotencyKey = z
  .string()
  .min(1, 'an idempotency key has at least one character')
  .max(MAX_IDEMPOTENCY_KEY_LENGTH, `an idempotency key has at most ${MAX_IDEMPOTENCY_KEY_LENGTH} characters`)
  .meta({
    description: 'The same key and content give the same answer, however often they are sent.',
    examples: ['order-1042-thumbnail'],
  });

/** Keeps the literal types of a route, and checks it against the form. */
export const route = <const Route extends RouteContract>(contract: Route): Route => contract;

export const byId = z.object({
  id: z
    .uuid('an id is a UUID, such as 0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69')
    .meta({ examples: ['0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69'] }),
});

/** Most bytes of a JSON body: 4 MiB. */
export const MAX_JSON_BODY_BYTES = 4 * 1024 * 1024;

/** How deep arrays and objects of a JSON body may be nested. */
export const MAX_JSON_DEPTH = 100;
