import { EnqueueResult, JobResource, RescheduleResult, RetryResult } from '@orq/contracts';
import { waitFor } from '@orq/testing';
import { describe, expect, it } from 'vitest';
import { startApi, type TestApi } from './support/api.ts';
import { clientOf, startWordCounter, wordCount } from './support/client.ts';
import { readProblem } from './support/problem.ts';

const UNKNOWN = '0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69';

function call(api: TestApi, method: string, path: string, body?: unknown, headers = {}) {
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  return fetch(api.url + path, {
    method,
    headers: { ...json, ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** Two jobs of which one waits, and one was cancelled; a worker runs a third. */
async function threeJobs(api: TestApi) {
  const { queue } = api.deps;
  const later = { runAt: new Date(Date.now() + 3_600_000) };
  const { id: waiting } = await queue.enqueue(wordCount, { text: 'one' }, later);
  const { id: cancelled } = await queue.enqueue(wordCount, { text: 'one' }, later);
  await queue.cancel(cancelled);
  const { id: running } = await queue.enqueue(wordCount, { text: 'one', waits: true });
  await startWordCounter(api);
  await waitFor(async () => (await queue.get(running))?.status === 'processing', { describe: 'it runs' });
  return { waiting, cancelled, running };
}

describe('POST /jobs/{id}/retry', () => {
  it('runs a job again, once for a key', async () => {
    const api = await startApi();
    const { cancelled } = await threeJobs(api);
    const key = { 'idempotency-key': 'again' };

    const answers = [
      await call(api, 'POST', `/jobs/${cancelled}/retry`, undefined, key),
      await call(api, 'POST', `/jobs/${cancelled}/retry`, undefined, key),
    ];

    for (const response of answers) {
      expect(RetryResult.parse(await response.json())).toEqual({ id: cancelled, outcome: 'retried' });
    }
    expect(await clientOf(api).jobs.result(cancelled)).toEqual({ words: 1 });
  });

  it('gives a job that has used up its attempts one more', async () => {
    const api = await startApi();
    const { id } = await api.deps.queue.enqueue(wordCount, { text: 'one', fails: true }, { maxAttempts: 1 });
    await startWordCounter(api);
    const failed = async (attempt: number) => {
      const job = await api.deps.queue.get(id);
      return job?.status === 'failed' && job.attempt === attempt;
    };
    await waitFor(() => failed(1), { describe: 'it has failed' });

    await clientOf(api).jobs.retry(id);

    await waitFor(() => failed(2), { describe: 'it has failed again' });
  });
});

it('POST /jobs/{id}/reschedule moves a job that waits', async () => {
  const api = await startApi();
  const { id } = await api.deps.queue.enqueue(wordCount, { text: 'one' });

  const response = await call(api, 'POST', `/jobs/${id}/reschedule`, { run_at: '2030-01-01T01:00:00+01:00' });
  const moved = await clientOf(api).jobs.reschedule(id, { priority: -10 });

  const run_at = '2030-01-01T00:00:00.000Z';
  expect(RescheduleResult.parse(await response.json())).toEqual({ id, run_at, priority: 0 });
  expect(moved).toEqual({ id, run_at, priority: -10 });
  expect(await api.deps.queue.get(id)).toMatchObject({ status: 'pending', run_at, priority: -10 });
});

it('DELETE /jobs/{id} deletes a job with its attempts and its log', async () => {
  const api = await startApi();
  const { id } = await api.deps.queue.enqueue(wordCount, { text: 'one' });
  await startWordCounter(api);
  await clientOf(api).jobs.result(id);

  const response = await call(api, 'DELETE', `/jobs/${id}`);

  expect(response.status).toBe(204);
  expect((await readProblem(await call(api, 'DELETE', `/jobs/${id}`))).kind).toBe('not-found');
  expect(await api.sql`SELECT FROM orq.job_logs`).toHaveLength(0);
});

it('what a job’s status does not allow is a conflict that says why', async () => {
  const api = await startApi();
  const { waiting, cancelled, running } = await threeJobs(api);
  const { id: done } = EnqueueResult.parse(
    await (await call(api, 'POST', '/jobs', { type: 'word_count', input: { text: 'one' } })).json(),
  );
  await clientOf(api).jobs.result(done);
  const priority = { priority: 1 };

  for (const [method, path, body, reason] of [
    ['POST', `/jobs/${waiting}/retry`, undefined, 'has not ended'],
    ['POST', `/jobs/${running}/retry`, undefined, 'has not ended'],
    ['POST', `/jobs/${done}/retry`, undefined, 'has completed'],
    ['POST', `/jobs/${running}/reschedule`, priority, 'is processing'],
    ['POST', `/jobs/${cancelled}/reschedule`, priority, 'is cancelled'],
    ['DELETE', `/jobs/${waiting}`, undefined, 'has not ended'],
    ['DELETE', `/jobs/${running}`, undefined, 'has not ended'],
  ] as const) {
    const problem = await readProblem(await call(api, method, path, body));
    expect([path, problem.kind, problem.detail]).toEqual([
      path,
      'status-conflict',
      expect.stringContaining(reason),
    ]);
  }
  for (const path of [`/jobs/${UNKNOWN}/retry`, `/jobs/${UNKNOWN}/reschedule`]) {
    const problem = await readProblem(await call(api, 'POST', path, priority));
    expect([path, problem.kind]).toEqual([path, 'not-found']);
  }
  const nothing = await readProblem(await call(api, 'POST', `/jobs/${waiting}/reschedule`, {}));
  expect(nothing).toMatchObject({ kind: 'validation', detail: 'takes run_at, priority, or both' });
  expect(JobResource.parse(await (await call(api, 'GET', `/jobs/${running}`)).json()).status).toBe(
    'processing',
  );
});

it('POST /jobs/bulk enqueues the job that does it, before all others, and once for a key', async () => {
  const api = await startApi();
  const job = await clientOf(api).jobs.bulk(
    'cancel',
    { status: 'pending', tag: 'a' },
    { idempotencyKey: 'k' },
  );
  const body = { action: 'cancel', filter: { status: ['pending'], tag: 'a' } };

  const again = await call(api, 'POST', '/jobs/bulk', body, { 'idempotency-key': 'k' });
  const misspelt = await call(api, 'POST', '/jobs/bulk', { action: 'cancel', filter: { stats: ['failed'] } });

  expect(again.status).toBe(202);
  expect(EnqueueResult.parse(await again.json()).id).toBe(job.id);
  expect(await job.get()).toMatchObject({ job_type: 'bulk', status: 'pending', priority: -32_768 });
  expect((await readProblem(misspelt)).errors).toMatchObject([{ path: 'filter.stats' }]);
});
