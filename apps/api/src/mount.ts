import { zValidator } from '@hono/zod-validator';
import type { FileRouteContract, JsonRouteContract, RouteContract } from '@orq/contracts';
import type { Context, Hono, MiddlewareHandler } from 'hono';
import type { RequestIdVariables } from 'hono/request-id';
import type { z } from 'zod';
import { ProblemError } from './problem.ts';

export interface ApiEnv {
  Variables: RequestIdVariables;
}
export type Api = Hono<ApiEnv>;

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
type RequestPart<Route extends RouteContract, Name extends string> =
  Route['request'] extends Record<Name, infer Schema> ? Output<Schema> : undefined;

/** What a route's handler gets: the parts of the request that its contract names, parsed. */
interface RouteInput<Route extends RouteContract> {
  params: RequestPart<Route, 'params'>;
  headers: RequestPart<Route, 'headers'>;
  c: Context<ApiEnv>;
}

/** Answers the body that the contract promises, or throws a {@link ProblemError}. */
type RouteHandler<Route extends JsonRouteContract> = (
  input: RouteInput<Route>,
) => Promise<z.input<Route['success']['body']>>;

/** Answers with a file of the contract's content type, or throws a {@link ProblemError}. */
type FileHandler<Route extends FileRouteContract> = (
  input: RouteInput<Route>,
  contentType: string,
) => Promise<Response>;

const skip: MiddlewareHandler = (_c, next) => next();

function validate(target: 'param' | 'header', schema: z.ZodObject | undefined): MiddlewareHandler {
  if (!schema) return skip;
  return zValidator(target, schema, (result) => {
    if (result.success) return;
    const errors = result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    throw new ProblemError('validation', errors.map((e) => `${e.path}: ${e.message}`).join('; '), { errors });
  });
}

/** Binds a route of the contract to its handler: path, method, validation and status all come from the contract. */
export function mount<Route extends JsonRouteContract>(
  app: Api,
  route: Route,
  handler: RouteHandler<Route>,
): void {
  bind(app, route, async (input) => input.c.json(await handler(input), route.success.status));
}

/** The same for a route that answers with a file. */
export function mountFile<Route extends FileRouteContract>(
  app: Api,
  route: Route,
  handler: FileHandler<Route>,
): void {
  bind(app, route, (input) => handler(input, route.success.contentType));
}

function bind<Route extends RouteContract>(
  app: Api,
  { method, path, request }: Route,
  respond: (input: RouteInput<Route>) => Promise<Response>,
): void {
  const params = validate('param', request.params);
  const headers = validate('header', request.headers);
  app.on(method.toUpperCase(), path, params, headers, (c) => {
    // Hono knows what a validator gave by the type of its schema, which is not known here for a route of any type.
    const valid = (target: 'param' | 'header'): unknown => c.req.valid(target as never);
    return respond({ params: valid('param'), headers: valid('header'), c } as RouteInput<Route>);
  });
}
