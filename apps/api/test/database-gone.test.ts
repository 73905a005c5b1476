import { Health } from '@orq/contracts';
import { waitFor } from '@orq/testing';
import { describe, expect, it } from 'vitest';
import { startApi, type TestApi } from './support/api.ts';
import { startDatabaseProxy, type DatabaseProxy } from './support/database-proxy.ts';
import { readProblem } from './support/problem.ts';
import { upload } from './support/upload.ts';

const JOB = '/jobs/0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69';

async function startApiBehindProxy(): Promise<{ api: TestApi; proxy: DatabaseProxy }> {
  let proxy: DatabaseProxy | undefined;
  const api = await startApi({
    through: async (databaseUrl) => (proxy = await startDatabaseProxy(databaseUrl)).url,
  });
  if (!proxy) throw new Error('The api did not ask for its database');
  return { api, proxy };
}

const isReady = async (api: TestApi) => (await fetch(`${api.url}/readyz`)).ok;

describe('without its database', () => {
  it('the api is alive but not ready, and is ready again once that is back', async () => {
    const { api, proxy } = await startApiBehindProxy();
    expect(Health.parse(await (await fetch(`${api.url}/readyz`)).json())).toEqual({
      status: 'ok',
      checks: { database: 'ok', storage: 'ok' },
    });

    await proxy.goAway();
    const whileGone = await fetch(`${api.url}/readyz`);
    const alive = await fetch(`${api.url}/healthz`);
    await proxy.comeBack();

    const problem = await readProblem(whileGone);
    expect(problem.kind).toBe('unavailable');
    expect(problem.errors).toMatchObject([{ path: 'database' }]);
    expect(alive.status).toBe(200);
    await waitFor(() => isReady(api), { describe: 'the api is ready again' });
  });

  it('reads are answered with a problem that says when to try again', async () => {
    const { api, proxy } = await startApiBehindProxy();
    await proxy.goAway();

    for (const path of [JOB, JOB.replace('jobs', 'videos')]) {
      const response = await fetch(api.url + path);

      expect(await readProblem(response)).toMatchObject({ kind: 'unavailable' });
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    }
  });

  it('an upload is refused and its file is not kept', async () => {
    const { api, proxy } = await startApiBehindProxy();
    await proxy.goAway();

    const response = await upload(api);

    expect(await readProblem(response)).toMatchObject({ kind: 'unavailable' });
    expect(await api.storedFiles()).toEqual([]);
  });

  it('an upload keeps its file when nobody knows whether it was recorded', async () => {
    const { api, proxy } = await startApiBehindProxy();
    proxy.loseAnswerTo('commit');

    const response = await upload(api);

    expect(await readProblem(response)).toMatchObject({ kind: 'unavailable' });
    expect(await api.countRows()).toMatchObject({ videos: 1, jobs: 1 });
    expect(await api.storedFiles()).toHaveLength(1);
  });

  it('nothing waits long for one that is frozen', async () => {
    const { api, proxy } = await startApiBehindProxy();
    await fetch(api.url + JOB);
    proxy.freeze();

    const signal = AbortSignal.timeout(20_000);
    const [job, ready] = await Promise.all(
      [JOB, '/readyz'].map((path) => fetch(api.url + path, { signal }).then(readProblem)),
    );

    expect(job).toMatchObject({ kind: 'unavailable' });
    expect(ready).toMatchObject({ kind: 'unavailable', errors: [{ path: 'database' }] });
  });
});

describe('readyz', () => {
  it('names the check that failed, and nothing of its inside', async () => {
    const api = await startApi({
      checks: {
        database: async () => undefined,
        storage: () => Promise.reject(new Error('EROFS: /secret/path')),
      },
    });

    const problem = await readProblem(await fetch(`${api.url}/readyz`));
    expect(problem.kind).toBe('unavailable');

    expect(problem.errors).toMatchObject([{ path: 'storage' }]);
    expect(JSON.stringify(problem)).not.toContain('secret');
    expect(JSON.stringify(api.log.map(({ bindings }) => String(bindings['err'])))).toContain('secret');
  });
});
