import type { z } from 'zod';
import type { RouteContract, Routes } from '../routes/index.ts';

/** What any call may be given beside what its route takes. */
export interface CallOptions {
  signal?: AbortSignal;
  /** How long a try may take, in ms. Default: the client's. */
  timeoutMs?: number;
}

/** A call that changes something. */
export interface MutationOptions extends CallOptions {
  /** Default: a key of its own for each call, so that a retry does nothing twice. */
  idempotencyKey?: string;
}

export interface EventsOptions {
  signal?: AbortSignal;
  /** The `event_id` of the last event that was handled: the stream goes on after it. */
  lastEventId?: string;
}

type InputOf<Schema> = Schema extends z.ZodType ? z.input<Schema> : never;

/** A part that may be left out where all of its fields may. */
type Part<Name extends string, Value> = {} extends Value
  ? { readonly [Key in Name]?: Value }
  : { readonly [Key in Name]: Value };

type PartOf<Request, Name extends string> =
  Request extends Record<Name, infer Schema> ? Part<Name, InputOf<Schema>> : unknown;

type FormOf<Request> = Request extends { multipart: infer Schema }
  ? { readonly multipart: InputOf<Schema> & { readonly file: Blob } }
  : unknown;

/** What a call of a route takes, by the parts that its contract names. */
type CallInput<Route extends RouteContract> = PartOf<Route['request'], 'params'> &
  PartOf<Route['request'], 'query'> &
  PartOf<Route['request'], 'headers'> &
  PartOf<Route['request'], 'body'> &
  FormOf<Route['request']>;

type OptionsOf<Route extends RouteContract> = Route['success'] extends { events: unknown }
  ? EventsOptions
  : Route extends { idempotency: 'key' }
    ? MutationOptions
    : CallOptions;

/** What a call gives, by the form of the answer that its contract promises. */
type CallAnswer<Route extends RouteContract> = Route['success'] extends {
  body: infer Body extends z.ZodType;
}
  ? Promise<z.output<Body>>
  : Route['success'] extends { events: infer Event extends z.ZodType }
    ? AsyncGenerator<z.output<Event>, void>
    : Route['success'] extends { binary: unknown }
      ? Promise<Response>
      : Route['success'] extends { text: string }
        ? Promise<string>
        : Promise<void>;

type Call<Route extends RouteContract> = (
  ...args: {} extends CallInput<Route>
    ? [input?: CallInput<Route>, options?: OptionsOf<Route>]
    : [input: CallInput<Route>, options?: OptionsOf<Route>]
) => CallAnswer<Route>;

/** A function for each route of the table. */
export type Calls = { readonly [Name in keyof Routes]: Call<Routes[Name]> };
