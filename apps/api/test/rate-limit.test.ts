import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { createRateLimit } from '../src/access/rate-limit.ts';
import { remoteAddressBehind } from '../src/entry/remote-address.ts';
import { startApi } from './support/api.ts';
import { makeKey } from './support/keys.ts';
import { readProblem } from './support/problem.ts';

const JOB = '/jobs/0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69';

describe('a rate limit', () => {
  it('lets the calls of a minute through, and then one whenever its time has come', () => {
    let now = 0;
    const limit = createRateLimit(60, 'LIMIT', () => now);
    const through = (calls: number) =>
      Array.from({ length: calls }).filter(() => {
        try {
          limit('a');
          return true;
        } catch {
          return false;
        }
      }).length;

    expect(through(100)).toBe(60);
    now += 2_500;
    expect(through(100)).toBe(2);
    now += 3_600_000;
    expect(through(100)).toBe(60);
  });

  it('forgets whoever has been away for longest, once there are too many', () => {
    const limit = createRateLimit(1, 'LIMIT', () => 0);
    limit('first');
    expect(() => limit('first')).toThrow('More than 1 calls a minute (LIMIT)');

    for (let n = 0; n < 10_000; n += 1) limit(`other ${n}`);

    expect(() => limit('first')).not.toThrow();
    expect(() => limit('other 9999')).toThrow('More than 1 calls a minute');
  });

  it('is each key’s own, whatever its address does, and tells when to come back', async () => {
    const api = await startApi({ rateLimits: { perKey: 3, perAddress: 3 } });
    const [one, other] = [await makeKey(api, 'read'), await makeKey(api, 'read')];
    const get = (headers: HeadersInit) => fetch(api.url + JOB, { headers });
    const statuses = async (headers: HeadersInit, calls: number) => {
      const answers = [];
      for (let n = 0; n < calls; n += 1) answers.push((await get(headers)).status);
      return answers;
    };

    expect(await statuses({}, 4)).toEqual([401, 401, 401, 429]);
    expect(await statuses(one.headers, 4)).toEqual([404, 404, 404, 429]);
    expect(await statuses(other.headers, 1)).toEqual([404]);
    const refused = await get(one.headers);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await readProblem(refused)).toMatchObject({ kind: 'rate-limited' });
    expect((await fetch(`${api.url}/readyz`)).status).toBe(200);
  });
});

describe('where a call comes from', () => {
  /** What is made of a call from 127.0.0.1 with this `X-Forwarded-For`. */
  async function seen(proxies: string[], forwarded: string) {
    const remoteAddress = remoteAddressBehind(proxies);
    const app = new Hono().get('/', (c) => c.text(remoteAddress(c) ?? 'unknown'));
    const init = { headers: { 'x-forwarded-for': forwarded } };
    const answer = await app.request('/', init, { remoteAddress: '127.0.0.1' });
    return answer.text();
  }

  it.each([
    [[], '198.51.100.7', '127.0.0.1'],
    [['127.0.0.1'], '198.51.100.7', '198.51.100.7'],
    [['127.0.0.0/8'], 'spoofed, 203.0.113.9, 198.51.100.7', '198.51.100.7'],
    [['127.0.0.1', '10.0.0.0/8'], '203.0.113.9, 198.51.100.7, 10.1.2.3', '198.51.100.7'],
    [['127.0.0.1'], '', '127.0.0.1'],
    [['127.0.0.1'], 'unknown', '127.0.0.1'],
    [['127.0.0.1'], '::ffff:198.51.100.7', '198.51.100.7'],
    [['127.0.0.1'], '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    [['127.0.0.1'], '2001:db8::6', '2001:db8:0:0::/64'],
  ])('behind %j, with %j, is %s', async (proxies, forwarded, expected) => {
    expect(await seen(proxies, forwarded)).toBe(expected);
  });
});
