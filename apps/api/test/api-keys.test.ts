import {
  EnqueueResult,
  ForbiddenError,
  type RouteContract,
  routes,
  scopes,
  UnauthorizedError,
} from '@orq/contracts';
import type { Sql } from '@orq/db';
import { waitFor } from '@orq/testing';
import { describe, expect, it } from 'vitest';
import { createApp } from '../src/app.ts';
import { createKeyRing } from '../src/keys/key-ring.ts';
import { revokeKey } from '../src/keys/key-table.ts';
import { newToken, formatToken, sameHash } from '../src/keys/secret.ts';
import { startApi, type TestApi } from './support/api.ts';
import { clientOf } from './support/client.ts';
import { makeKey, type TestKey } from './support/keys.ts';
import { readProblem } from './support/problem.ts';

const UNKNOWN = '0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69';

const call = (api: TestApi, { method, path }: RouteContract, headers: HeadersInit = {}) =>
  fetch(api.url + path.replace(/:\w+/g, UNKNOWN), { method: method.toUpperCase(), headers });

const enqueue = (api: TestApi, headers: Record<string, string>) =>
  fetch(`${api.url}/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{"type":"report","input":1}',
  });

it('every route of the table asks for its scope, and each scope includes the ones before it', async () => {
  const api = await startApi({ openTo: 'nobody' });
  const keys = await Promise.all(scopes.map((scope) => makeKey(api, scope)));

  for (const [name, route] of Object.entries<RouteContract>(routes)) {
    const needed = route.scope === null ? -1 : scopes.indexOf(route.scope);
    const without = await call(api, route);
    const answers = await Promise.all(keys.map(({ headers }) => call(api, route, headers)));

    const expected = scopes.map((_, held) => held < needed);
    expect(without.status === 401, name).toBe(route.scope !== null);
    expect(
      answers.map(({ status }) => status === 403),
      name,
    ).toEqual(expected);
    for (const { status } of answers) expect([401, 429, 500], name).not.toContain(status);
  }
});

it('the app has no route that lets in whoever has no key, in the table or not', async () => {
  const { deps } = await startApi();
  const app = createApp({ ...deps, openTo: 'nobody', tus: async () => new Response() });
  const free = Object.values<RouteContract>(routes).filter(({ scope }) => scope === null);
  const isFree = (path: string) => free.some((route) => route.path === path);
  // ALL is what is done for every call, and OPTIONS asks what may be asked.
  const calls = app.routes.filter(
    ({ method, path }) => !['ALL', 'OPTIONS'].includes(method) && !isFree(path),
  );

  expect(calls.length).toBeGreaterThan(20);
  for (const { method, path } of calls) {
    const { status } = await app.request(path.replace(/:\w+/g, UNKNOWN), { method });
    expect(status, `${method} ${path}`).toBe(401);
  }
});

describe('an api key', () => {
  it('that is missing, unknown or wrong is refused, each with a challenge', async () => {
    const api = await startApi();
    const { token } = await makeKey(api, 'admin');
    const wrong = token.slice(0, -1) + (token.endsWith('0') ? '1' : '0');
    const sent = [
      '',
      'Basic YTpi',
      'Bearer x',
      `Bearer ${formatToken(newToken())}`,
      `Bearer ${wrong}`,
      token,
    ];

    const answers = await Promise.all(
      sent.map((authorization) => call(api, routes.getJob, authorization ? { authorization } : {})),
    );

    for (const answer of answers) {
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="orq"/);
      expect(await readProblem(answer)).toMatchObject({ kind: 'unauthorized' });
    }
  });

  it('is a typed error of the client where it is refused, which names the scope', async () => {
    const api = await startApi();
    const { token } = await makeKey(api, 'read');
    const body = { type: 'report', input: 1 };

    const refused = clientOf(api).api.enqueueJob({ body });
    const forbidden = clientOf(api, { token }).api.enqueueJob({ body });

    await expect(refused).rejects.toBeInstanceOf(UnauthorizedError);
    await expect(forbidden).rejects.toBeInstanceOf(ForbiddenError);
    await expect(forbidden).rejects.toThrow('scope enqueue');
  });

  it('works at once when it is made, and not any more once it is revoked or has expired', async () => {
    const api = await startApi({ openTo: 'nobody' });
    expect((await call(api, routes.getJob)).status).toBe(401);
    const statusWith = async ({ headers }: TestKey) => (await call(api, routes.getJob, headers)).status;
    const revoked = await makeKey(api, 'read');
    expect(await statusWith(revoked)).toBe(404);
    // On a busy machine one may have expired before it is used.
    let expiring: TestKey;
    do expiring = await makeKey(api, 'read', { expiresInMs: 1_000 });
    while ((await statusWith(expiring)) !== 404);
    const statuses = () => Promise.all([revoked, expiring].map(statusWith));

    await revokeKey(api.sql, revoked.key.id);

    await waitFor(async () => (await statuses()).every((status) => status === 401), {
      describe: 'both are refused',
      timeoutMs: 20_000,
    });
    expect((await call(api, routes.getJob)).status).toBe(401);
  });

  it('is noted as used once a minute, and its secret is nowhere', async () => {
    const api = await startApi();
    const { key, token, headers } = await makeKey(api, 'enqueue');
    const used = async () =>
      (await api.sql<{ at: Date | null }[]>`SELECT last_used_at AS at FROM orq.api_keys`)[0]?.at ?? null;
    expect(await used()).toBeNull();

    await enqueue(api, headers);
    await waitFor(async () => (await used()) !== null, { describe: 'it is noted' });
    const first = await used();
    await enqueue(api, headers);

    expect(await used()).toEqual(first);
    const [row] = await api.sql<{ text: string }[]>`SELECT k::text AS text FROM orq.api_keys k`;
    expect(row?.text).not.toContain(token.slice(-64));
    expect(JSON.stringify(api.log)).not.toContain(token.slice(-64));
    expect(api.log.find(({ message }) => message === 'request')?.bindings).toMatchObject({ key: key.id });
  });

  it('does not tell what was answered to another under the same Idempotency-Key', async () => {
    const api = await startApi();
    const [one, other] = [await makeKey(api, 'enqueue'), await makeKey(api, 'enqueue')];
    const idempotent = { 'idempotency-key': 'order-1' };

    const [first, replayed, others] = await Promise.all(
      [one, one, other].map(async ({ headers }) =>
        EnqueueResult.parse(await (await enqueue(api, { ...idempotent, ...headers })).json()),
      ),
    );

    expect(replayed?.id).toBe(first?.id);
    expect(others?.id).not.toBe(first?.id);
  });

  it('costs no query a call, known or not', async () => {
    const api = await startApi();
    const { token } = await makeKey(api, 'read');
    let queries = 0;
    const counting: Sql = new Proxy(api.sql, {
      apply: (sql, self, query) => {
        queries += 1;
        return Reflect.apply(sql, self, query) as unknown;
      },
    });
    const ring = createKeyRing(counting);

    const known = await Promise.all(Array.from({ length: 500 }, () => ring.find(token)));
    const unknown = await Promise.all(Array.from({ length: 500 }, () => ring.find(formatToken(newToken()))));

    expect(known.every((key) => key?.scope === 'read')).toBe(true);
    expect(unknown.every((key) => key === undefined)).toBe(true);
    expect(queries).toBeLessThan(10);
  });

  it('is compared in whole', () => {
    expect(sameHash('abcd', 'abcd')).toBe(true);
    for (const other of ['bbcd', 'abce', 'abc', 'abcde', '']) expect(sameHash('abcd', other)).toBe(false);
  });
});
