import type {
  BinaryAnswer,
  EventStreamAnswer,
  IdempotencyKey,
  RouteContract,
  StreamedEvent,
  TextAnswer,
} from '@orq/contracts';
import type { Logger } from '@orq/queue';
import type { Context, Hono } from 'hono';
import type { RequestIdVariables } from 'hono/request-id';
import type { z } from 'zod';
import type { StreamPlaces } from './stream-places.ts';
import { etagOf, isKnown, REVALIDATED } from './etag.ts';
import { eventStream, type Milestone } from './event-stream.ts';
import { readRequest } from './request/read-request.ts';

/** Who calls. */
interface Caller {
  /** Null where the api is open, and on routes that ask for no key. */
  keyId: string | null;
  /** By what its calls and streams are counted: its key, else its address. */
  countedAs: string;
  /** Whether it would still be let in: a key may be revoked while its stream is open. */
  staysIn?: () => Promise<boolean>;
}

/** Lets a call to a route in. @throws {ProblemError} `unauthorized`, `forbidden`, `rate-limited` */
export type Admission = (c: Context<ApiEnv>, route: RouteContract) => Promise<Caller>;

export interface ApiEnv {
  Variables: RequestIdVariables & {
    /** Aborted when the process is about to end. */
    stopping: AbortSignal | undefined;
    streams: StreamPlaces;
    log: Logger;
    admission: Admission;
    /** Of the api key that the call came with, once that is known. */
    keyId: string | undefined;
  };
}
export type Api = Hono<ApiEnv>;

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
  /** For a stream of events: aborted when the client has gone, or the process is about to end. */
  signal: Route['success'] extends EventStreamAnswer ? AbortSignal : undefined;
  /** For what a contract does not say, such as a `location` header, or a status among its `alternatives`. */
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

/** How often an open stream is held against the keys there are, in ms. */
const STAY_CHECK_MS = 2_000;

const EVENT_STREAM = { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' };

/** Sends what a handler has given, in the form that the contract promises. */
async function send(c: Context<ApiEnv>, { success }: RouteContract, answer: unknown): Promise<Response> {
  if ('binary' in success) return answer as Response;
  if ('text' in success) return c.body(answer as string, { headers: { 'content-type': success.text } });
  if (!('body' in success)) return c.body(null, 204);
  return success.etag ? sendUnlessKnown(c, JSON.stringify(answer)) : c.json(answer as object);
}

async function sendUnlessKnown(c: Context<ApiEnv>, json: string): Promise<Response> {
  const etag = await etagOf(json);
  c.header('etag', etag);
  c.header('cache-control', REVALIDATED);
  if (isKnown(c.req.header('if-none-match'), etag)) return c.body(null, 304);
  return c.body(json, { headers: { 'content-type': 'application/json' } });
}

/** Sends a stream of events, while there is a place for one. */
async function stream(
  c: Context<ApiEnv>,
  { countedAs, staysIn }: Caller,
  call: (signal: AbortSignal) => Promise<unknown>,
): Promise<Response> {
  const leave = c.get('streams').take(countedAs);
  const [stopping, over] = [c.get('stopping'), new AbortController()];
  const { signal } = over;
  const end = () => over.abort();
  // Not AbortSignal.any: the process' signal would keep something of each stream for as long as it lives.
  stopping?.addEventListener('abort', end);
  // A database that does not answer revokes nothing.
  const look = (stays: () => Promise<boolean>) =>
    stays().then(
      (stillIn) => stillIn || end(),
      () => undefined,
    );
  const looking = staysIn && setInterval(() => void look(staysIn), STAY_CHECK_MS);
  const onEnd = () => {
    clearInterval(looking);
    end();
    stopping?.removeEventListener('abort', end);
    leave();
  };
  try {
    const events = (await call(signal)) as AsyncIterable<StreamedEvent | Milestone> | null;
    if (events && c.req.method !== 'HEAD') {
      const line = { request_id: c.get('requestId'), path: c.req.path };
      const onFault = (error: unknown) => c.get('log').error({ ...line, err: error }, 'a stream broke off');
      return c.body(eventStream(events, { signal, onEnd, onFault }), 200, EVENT_STREAM);
    }
    onEnd();
    return events ? c.body(null, 200, EVENT_STREAM) : c.body(null, 204);
  } catch (error) {
    onEnd();
    throw error;
  }
}

/** Keys of different callers never meet: what was answered to one is not told to another. */
const ownIdempotencyKey = ({ keyId }: Caller, sent: string | undefined) =>
  sent === undefined || keyId === null ? sent : `${keyId}/${sent}`;

/** Binds a route of the contract to its handler: path, method, who may call, validation and status all come from the contract. */
export function mount<Route extends RouteContract>(
  app: Api,
  route: Route,
  handler: RouteHandler<Route>,
): void {
  app.on(route.method.toUpperCase(), route.path, async (c) => {
    const caller = await c.get('admission')(c, route);
    const read = await readRequest(route, c.req);
    const parts = { ...read, idempotencyKey: ownIdempotencyKey(caller, read.idempotencyKey) };
    c.status(route.success.status);
    // The parts are typed by the schemas that they were parsed with, which is not known here for a route of any type.
    const call = (signal?: AbortSignal) => handler({ ...parts, signal, c } as unknown as RouteInput<Route>);
    return 'events' in route.success ? stream(c, caller, call) : send(c, route, await call());
  });
}
