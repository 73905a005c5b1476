import { request } from 'node:http';
import { once } from 'node:events';
import { connect } from '@orq/db';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startApi, type TestApi } from './support/api.ts';
import { makeKey } from './support/keys.ts';
import { ownSettings, spawnApi, startApiProcess } from './support/api-process.ts';

const JOB = '/jobs/0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69';

/** The status of a call with any header, `Host` too, which fetch does not let through. */
async function statusOf(api: TestApi, method: string, path: string, headers: Record<string, string>) {
  const call = request({ port: api.port, host: '127.0.0.1', method, path, headers }).end();
  const [response] = await once(call, 'response');
  response.resume();
  return response.statusCode as number;
}

describe('an api without keys on loopback', () => {
  it('answers to names of this machine alone: a page whose name leads here is refused', async () => {
    const api = await startApi();
    const hosts = ['localhost', `localhost:${api.port}`, '127.0.0.1', '[::1]:8000', '127.0.0.2', 'LOCALHOST'];
    const others = ['evil.example', `evil.example:${api.port}`, 'localhost.evil.example', '127.0.0.1.nip.io'];
    const status = (host: string) => statusOf(api, 'GET', JOB, { host });

    expect(await Promise.all(hosts.map(status))).toEqual(hosts.map(() => 404));
    expect(await Promise.all(others.map(status))).toEqual(others.map(() => 403));
  });

  it('takes nothing that a page of another origin sends', async () => {
    const api = await startApi({ corsOrigins: ['https://app.example.com'] });
    const post = (origin: string) => statusOf(api, 'POST', `${JOB}/cancel`, { origin });

    expect(await post('https://evil.example')).toBe(403);
    expect(await post('null')).toBe(403);
    expect(await post(`http://127.0.0.1:${api.port + 1}`)).toBe(403);
    expect(await post(`http://127.0.0.1:${api.port}`)).toBe(404);
    expect(await post('https://app.example.com')).toBe(404);
  });

  it('asks for one as soon as one is made, and for ever after', async () => {
    const api = await startApi();
    const { key, headers } = await makeKey(api, 'read');
    await api.sql`UPDATE orq.api_keys SET revoked_at = now() WHERE id = ${key.id}`;

    expect(await statusOf(api, 'GET', JOB, {})).toBe(401);
    expect(await statusOf(api, 'GET', JOB, headers)).toBe(401);
    expect(await statusOf(api, 'GET', '/healthz', {})).toBe(200);
  });
});

it('an api without keys lets everyone in on any address only where it is told to', async () => {
  const [closed, open] = [await startApi({ openTo: 'nobody' }), await startApi({ openTo: 'everyone' })];

  expect(await statusOf(closed, 'GET', JOB, { host: 'api.example.com' })).toBe(401);
  expect(await statusOf(open, 'GET', JOB, { host: 'api.example.com' })).toBe(404);
  expect(await statusOf(open, 'POST', `${JOB}/cancel`, { origin: 'https://evil.example' })).toBe(403);
});

describe('the api process on an address that others reach', () => {
  it('does not start without keys, and says how to make one', async () => {
    const { env } = await ownSettings();
    const api = spawnApi({ ...env, HOST: '0.0.0.0' });

    expect(await api.exited).toMatchObject({ code: 1 });
    expect(api.output()).toContain('pnpm orq keys create --name my-service --scope enqueue');
    expect(api.output()).toContain('ORQ_UNSAFE_OPEN_API=true');
  });

  it('starts where it is told in plain words to let everyone in', async () => {
    const { env } = await ownSettings();
    const api = await startApiProcess({ ...env, HOST: '0.0.0.0', ORQ_UNSAFE_OPEN_API: 'true' });

    const { status } = await fetch(`http://127.0.0.1:${new URL(api.url).port}${JOB}`);

    expect(status).toBe(404);
  });

  it('starts with a key, which every call needs', async () => {
    const { env } = await ownSettings();
    const sql = connect(env['DATABASE_URL'] ?? '');
    onTestFinished(() => sql.end());
    const { headers } = await makeKey({ sql }, 'read');
    const api = await startApiProcess({ ...env, HOST: '0.0.0.0' });
    const url = `http://127.0.0.1:${new URL(api.url).port}${JOB}`;

    expect((await fetch(url)).status).toBe(401);
    expect((await fetch(url, { headers })).status).toBe(404);
  });
});
