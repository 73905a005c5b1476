import type { Logger } from '@orq/queue';
import type { MiddlewareHandler } from 'hono';
import type { ApiEnv } from './api-env.ts';

/** One line a request, once it is answered. Probes ask all the time, so those that went well are debug lines. */
export function requestLog(log: Logger): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const startedAt = performance.now();
    await next();
    const keyId = c.get('keyId');
    const line = {
      request_id: c.get('requestId'),
      method: c.req.method,
      path: c.req.path,
      ...(keyId !== undefined && { key: keyId }),
      status: c.res.status,
      ms: Math.round(performance.now() - startedAt),
    };
    const isProbe = c.req.path === '/healthz' || c.req.path === '/readyz';
    log[isProbe && c.res.ok ? 'debug' : 'info'](line, 'request');
  };
}
