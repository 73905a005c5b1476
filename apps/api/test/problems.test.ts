import { describe, expect, it } from 'vitest';
import { startApi } from './support/api.ts';
import { readProblem } from './support/problem.ts';

describe('a problem', () => {
  it('tells that nothing is at a path', async () => {
    const api = await startApi();

    for (const path of ['/', '/nope', '/jobs/', '/videos/a/b/c', '/upload/', '//upload', '/%2e%2e/etc']) {
      expect(await readProblem(await fetch(api.url + path))).toMatchObject({ kind: 'not-found' });
    }
  });

  it.each([
    ['GET', '/upload', 'POST'],
    ['POST', '/jobs/abc', 'GET, HEAD, DELETE'],
    ['PATCH', '/jobs/process', 'POST'],
  ])('tells that %s is not for %s, and what is', async (method, path, allow) => {
    const api = await startApi();

    const response = await fetch(api.url + path, { method });

    expect(await readProblem(response)).toMatchObject({ kind: 'method-not-allowed' });
    expect(response.headers.get('allow')).toBe(allow);
  });

  it('of our own making tells nothing of its inside, and is logged under its request id', async () => {
    const api = await startApi({
      processOne: () => Promise.reject(new Error('secret: the inside')),
    });

    const response = await fetch(`${api.url}/jobs/process`, { method: 'POST' });

    const problem = await readProblem(response);
    expect(problem.kind).toBe('internal');
    expect(JSON.stringify(problem)).not.toContain('secret');
    const failure = api.log.find(({ level }) => level === 'error');
    expect(failure?.bindings).toMatchObject({ request_id: problem.request_id, path: '/jobs/process' });
    expect(String(failure?.bindings['err'])).toContain('secret: the inside');
  });
});

describe('a request id', () => {
  it('is taken from the client, answered, and logged', async () => {
    const api = await startApi();

    const response = await fetch(`${api.url}/nope`, { headers: { 'x-request-id': 'client-1_a=b' } });

    expect(response.headers.get('x-request-id')).toBe('client-1_a=b');
    expect(api.log).toContainEqual({
      level: 'info',
      message: 'request',
      bindings: {
        request_id: 'client-1_a=b',
        method: 'GET',
        path: '/nope',
        status: 404,
        ms: expect.any(Number),
      },
    });
  });

  it('is made where the client sends none, or none that is fit for a log', async () => {
    const api = await startApi();

    for (const id of ['', 'x'.repeat(256), 'a b', '<script>', '{"a":1}']) {
      const response = await fetch(`${api.url}/healthz`, { headers: { 'x-request-id': id } });

      expect(response.headers.get('x-request-id')).toMatch(/^[\da-f]{8}-[\da-f-]{27}$/);
    }
  });
});

describe('every answer', () => {
  it('is answered to HEAD as to GET', async () => {
    const api = await startApi();

    const response = await fetch(`${api.url}/healthz`, { method: 'HEAD' });

    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });

  it('may not be stored, sniffed, or framed', async () => {
    const api = await startApi();

    for (const call of ['GET /healthz', 'GET /docs', 'HEAD /events', 'GET /nope', 'OPTIONS /uploads/tus']) {
      const [method = '', path = ''] = call.split(' ');
      const response = await fetch(`${api.url}${path}`, { method });

      expect(Object.fromEntries(response.headers), call).toMatchObject({
        'cache-control': 'no-store',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'SAMEORIGIN',
        'x-request-id': expect.stringMatching(/^[\da-f-]{36}$/),
      });
    }
  });
});
