import { type RouteContract, routes } from '@orq/contracts';
import type { NotFoundHandler } from 'hono';
import type { ApiEnv } from './api-env.ts';
import { ProblemError, problemResponse } from './problem.ts';

/** Whether a path fits a route's pattern, such as `/jobs/:id`. */
function fits(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  return (
    wanted.length === given.length &&
    wanted.every((part, i) => (part.startsWith(':') ? given[i] !== '' : part === given[i]))
  );
}

const allowed = (method: RouteContract['method']) =>
  method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()];

/** 405 with `Allow` where the path answers other methods, else 404. */
export const noSuchRoute: NotFoundHandler<ApiEnv> = (c) => {
  const fitting = Object.values<RouteContract>(routes).filter((route) => fits(route.path, c.req.path));
  const exact = fitting.filter((route) => route.path === c.req.path);
  const here = exact.length > 0 ? exact : fitting;
  if (here.length === 0) {
    return problemResponse(c, new ProblemError('not-found', `Nothing answers at ${c.req.path}`));
  }
  const methods = [...new Set(here.flatMap(({ method }) => allowed(method)))];
  const allow = methods.join(', ');
  const detail = `${c.req.path} answers ${allow}, not ${c.req.method}`;
  return problemResponse(c, new ProblemError('method-not-allowed', detail, { headers: { allow } }));
};
