import type {
  BinaryAnswer,
  EventStreamAnswer,
  IdempotencyKey,
  RouteContract,
  StreamedEvent,
  TextAnswer,
} from '@orq/contracts';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { z } from 'zod';
import type { Api, ApiEnv, Caller } from './api-env.ts';
import type { Milestone } from './event-stream.ts';
import { readRequest } from './request/read-request.ts';
import { type Reply, send } from './send.ts';
import { sendStream } from './send-stream.ts';

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
type RequestPart<Route extends RouteContract, Name extends string> =
  Route['request'] extends Record<Name, infer Schema> ? Output<Schema> : undefined;

/** What a route's handler gets: the parts of the request that its contract names, parsed. */
interface RouteInput<Route extends RouteContract> {
  params: RequestPart<Route, 'params'>;
  query: RequestPart<Route, 'query'>;
  headers: RequestPart<Route, 'headers'>;
  body: RequestPart<Route, 'body'>;
  idempotencyKey: Route extends { idempotency: 'key' }
    ? z.output<typeof IdempotencyKey> | undefined
    : undefined;
  /** Where a call reaches more than one queue: what is of others is not there for the caller. Undefined: all are its own. */
  queues: Route['reach'] extends 'own' | 'enqueue' ? readonly string[] | undefined : undefined;
  /** For a stream of events: aborted when the client has gone, or the process is about to end. */
  signal: Route['success'] extends EventStreamAnswer ? AbortSignal : undefined;
  /** For what a contract does not say, such as a `location` header, or a status among its `alternatives`. */
  reply: Reply;
  /** For what parses its request itself. */
  c: Context<ApiEnv>;
}

/** What a handler gives, by the form of the answer that the contract promises. */
type RouteAnswer<Success> = Success extends { body: infer Body extends z.ZodType }
  ? z.input<Body>
  : Success extends { events: infer Event extends z.ZodType }
    ? /** Null: no more will come, and there is no need to ask again. */
      AsyncIterable<z.input<Event> | Milestone> | null
    : Success extends BinaryAnswer
      ? Response
      : Success extends TextAnswer
        ? string
        : void;

/** Gives what the contract promises, or throws a {@link ProblemError}. */
export type RouteHandler<Route extends RouteContract> = (
  input: RouteInput<Route>,
) => Promise<RouteAnswer<Route['success']>>;

type Followed = AsyncIterable<StreamedEvent | Milestone> | null;

/** Keys of different callers never meet: what was answered to one is not told to another. */
const ownIdempotencyKey = ({ keyId }: Caller, sent: string | undefined) =>
  sent === undefined || keyId === null ? sent : `${keyId}/${sent}`;

/** Binds a route of the contract to its handler: path, method, who may call and what it reaches, validation and status all come from the contract. */
export function mount<Route extends RouteContract>(
  app: Api,
  route: Route,
  handler: RouteHandler<Route>,
): void {
  app.on(route.method.toUpperCase(), route.path, async (c) => {
    const caller = await c.get('app').admission(c, route);
    const read = await readRequest(route, c.req);
    const { queues } = caller;
    if (queues) await c.get('app').reach(queues, route, read);
    const idempotencyKey = ownIdempotencyKey(caller, read.idempotencyKey);
    const reply: Reply = { status: route.success.status as ContentfulStatusCode, headers: {} };
    // The parts are typed by the schemas that they were parsed with, which is not known here for a route of any type.
    const call = (signal?: AbortSignal) =>
      handler({ ...read, queues, idempotencyKey, signal, reply, c } as unknown as RouteInput<Route>);
    if (!('events' in route.success)) return send(c, route, reply, await call());
    return sendStream(c, caller, (signal) => call(signal) as Promise<Followed>);
  });
}
