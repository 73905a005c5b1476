import type { RouteContract } from '@orq/contracts';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ApiEnv } from './api-env.ts';
import { etagOf, isKnown, REVALIDATED } from './etag.ts';
import { respond } from './standard-headers.ts';

/** What an answer says that is no part of its body. */
export interface Reply {
  /** The contract's, unless the handler sets one of its `alternatives`. */
  status: ContentfulStatusCode;
  /** Such as `location`. By their names in lower case. */
  headers: Record<string, string>;
}

/** Sends what a handler has given, in the form that the contract promises. */
export async function send(
  c: Context<ApiEnv>,
  { success }: RouteContract,
  { status, headers }: Reply,
  answer: unknown,
): Promise<Response> {
  if ('binary' in success) return answer as Response;
  if ('text' in success)
    return respond(c, answer as string, status, { ...headers, 'content-type': success.text });
  if (!('body' in success)) return c.body(null, 204, headers);
  const json = JSON.stringify(answer);
  const described = { ...headers, 'content-type': 'application/json' };
  return success.etag ? sendUnlessKnown(c, json, status, described) : respond(c, json, status, described);
}

async function sendUnlessKnown(
  c: Context<ApiEnv>,
  json: string,
  status: ContentfulStatusCode,
  headers: Record<string, string>,
): Promise<Response> {
  const etag = await etagOf(json);
  const revalidated = { etag, 'cache-control': REVALIDATED };
  if (isKnown(c.req.header('if-none-match'), etag)) return c.body(null, 304, revalidated);
  return respond(c, json, status, { ...headers, ...revalidated });
}
