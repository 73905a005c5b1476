import { EnqueueResult } from '@orq/contracts';
import { describe, expect, it } from 'vitest';
import { startApi, type TestApi } from './support/api.ts';
import { clientOf, unreliableFetch } from './support/client.ts';
import { readProblem } from './support/problem.ts';

const post = (api: TestApi, path: string, body: string) =>
  fetch(api.url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body });

describe('a hostile body', () => {
  it('is not echoed at length, however much is wrong with it', async () => {
    const api = await startApi();
    const unknown = Array.from({ length: 100_000 }, (_, n) => `"k${n}":1`).join();
    const long = 'x'.repeat(100_000);

    const many = await post(api, '/jobs', `{"type":"report","input":1,${unknown}}`);
    const one = await post(api, '/jobs', `{"type":"report","input":1,"${long}":1}`);

    const manyProblem = await readProblem(many.clone());
    expect(manyProblem).toMatchObject({ kind: 'validation' });
    expect(manyProblem.errors).toHaveLength(20);
    expect(manyProblem.detail).toContain('and 99980 more');
    expect((await many.text()).length).toBeLessThan(5_000);
    expect((await one.text()).length).toBeLessThan(2_000);
  });

  it('changes no prototype, and its keys are refused or kept like any others', async () => {
    const api = await startApi();
    const refused = await post(api, '/jobs', '{"type":"report","input":1,"__proto__":{"priority":5}}');
    const input = '{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}';

    const kept = await post(api, '/jobs', `{"type":"report","input":${input}}`);

    const { id } = EnqueueResult.parse(await kept.json());
    const [row] = await api.sql<{ payload: string }[]>`SELECT payload::text FROM orq.jobs WHERE id = ${id}`;
    expect(JSON.stringify(JSON.parse(row?.payload ?? ''))).toContain('"__proto__":{"admin":true}');
    expect('admin' in {}).toBe(false);
    expect(refused.status).toBe(422);
  });
});

it('two batches that take the same unique keys in another order are made or put off, and no fault', async () => {
  const api = await startApi();
  const keys = Array.from({ length: 40 }, (_, n) => `key-${n}`);
  const batch = (unique: string[]) =>
    JSON.stringify({ jobs: unique.map((unique_key) => ({ type: 'report', input: 1, unique_key })) });

  const answers = await Promise.all(
    Array.from({ length: 2 }, (_, n) =>
      post(api, '/jobs/batch', batch(n % 2 === 0 ? keys : keys.toReversed())),
    ),
  );

  for (const { status } of answers) expect([201, 503]).toContain(status);
  expect(answers.map(({ status }) => status)).toContain(201);
  expect((await api.countRows()).jobs).toBe(40);
});

describe('a page of another origin', () => {
  const preflight = (api: TestApi) =>
    fetch(`${api.url}/jobs`, {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example.com', 'access-control-request-method': 'POST' },
    });

  it('may call where its origin is named', async () => {
    const api = await startApi({ corsOrigins: ['https://app.example.com'] });

    const { headers } = await preflight(api);

    expect(headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(headers.get('access-control-allow-headers')).toContain('idempotency-key');
  });

  it('may not where it is not', async () => {
    const none = await startApi();
    const other = await startApi({ corsOrigins: ['https://other.example.com'] });

    for (const api of [none, other]) {
      expect((await preflight(api)).headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});

it.each([
  ['a token', { token: 'a\r\nx-admin: 1' }, {}],
  ['an idempotency key', {}, { idempotencyKey: 'a\r\nx-admin: 1' }],
])('a client sends no header that %s has smuggled in, and does not try again', async (_, client, call) => {
  const { fetch, calls } = unreliableFetch([]);
  const orq = clientOf({ url: 'http://orq.test' }, { ...client, fetch });

  const enqueued = orq.api.enqueueJob({ body: { type: 'report', input: 1 } }, call);

  await expect(enqueued).rejects.toThrow(TypeError);
  expect(calls).toEqual([]);
});
