import type { Context, MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ApiEnv } from './api-env.ts';

/**
 * What every answer says, unless it says otherwise itself: it is not to be kept, guessed at, framed or read by pages of other
 * origins. Those of hono/secure-headers, but for HSTS, which is for whoever ends TLS to say.
 */
export const STANDARD_HEADERS = {
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'SAMEORIGIN',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
};

/** A request id that a client may choose. */
const REQUEST_ID = /^[\w\-=]{1,255}$/;

/**
 * Names each request by its `X-Request-Id`, else by a random UUID, and gives the standard headers to every answer that
 * was not made by {@link respond}.
 */
export const standardHeaders: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const sent = c.req.header('x-request-id');
  const requestId = sent !== undefined && REQUEST_ID.test(sent) ? sent : crypto.randomUUID();
  c.set('requestId', requestId);
  await next();
  if (c.get('hasStandardHeaders')) return;
  const { headers } = c.res;
  headers.set('x-request-id', requestId);
  for (const [name, value] of Object.entries(STANDARD_HEADERS))
    if (!headers.has(name)) headers.set(name, value);
};

/**
 * An answer with its headers and the standard ones as a plain record: as `Headers`, of which each is checked when it is set and
 * again when it is written, they cost more than all else that a small call does.
 */
export function respond(
  c: Context<ApiEnv>,
  body: string,
  status: ContentfulStatusCode,
  headers: Readonly<Record<string, string>>,
): Response {
  c.set('hasStandardHeaders', true);
  return new Response(body, {
    status,
    headers: { ...STANDARD_HEADERS, 'x-request-id': c.get('requestId'), ...headers },
  });
}
