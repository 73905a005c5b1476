import {
  cutAnalysis,
  EnqueueManyResult,
  EnqueueResult,
  JobResource,
  MAX_JSON_BODY_BYTES,
} from '@orq/contracts';
import { describe, expect, it } from 'vitest';
import { startApi, type TestApi } from './support/api.ts';
import { readProblem } from './support/problem.ts';

const VIDEO = '0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69';

function post(api: TestApi, path: string, body: unknown, headers: Record<string, string> = {}) {
  return fetch(api.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

async function enqueued(api: TestApi, body: unknown): Promise<EnqueueResult> {
  const response = await post(api, '/jobs', body);
  expect(response.status).toBe(201);
  return EnqueueResult.parse(await response.json());
}

const jobAt = async (api: TestApi, id: string) =>
  JobResource.parse(await (await fetch(`${api.url}/jobs/${id}`)).json());

describe('POST /jobs', () => {
  it('enqueues a job of a type that the api knows', async () => {
    const api = await startApi();

    const response = await post(api, '/jobs', { type: 'cut_analysis', input: { video_asset_id: VIDEO } });

    const { id, created } = EnqueueResult.parse(await response.json());
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe(`/jobs/${id}`);
    expect(created).toBe(true);
    expect(await jobAt(api, id)).toMatchObject({
      job_type: cutAnalysis.type,
      status: 'pending',
      queue: 'default',
    });
  });

  it.each([
    ['/jobs', (job: unknown) => job, 'type'],
    ['/jobs/batch', (job: unknown) => ({ jobs: [{ type: 'report', input: null }, job] }), 'jobs.1.type'],
  ])('%s refuses a type that orq keeps to itself', async (path, request, field) => {
    const api = await startApi();
    const part = { analysis_job_id: VIDEO, video_asset_id: VIDEO, segment: {} };

    const everything = { action: 'cancel', filter: {} };

    for (const job of [
      { type: 'cut_analysis_part', input: part },
      { type: 'bulk', input: everything },
    ]) {
      const response = await post(api, path, request(job));

      const problem = await readProblem(response);
      expect(response.status).toBe(422);
      expect(problem.errors).toEqual([{ path: field, message: expect.stringContaining('by orq itself') }]);
    }
    expect(await api.sql`SELECT FROM orq.jobs`).toHaveLength(0);
  });

  it('takes what a job says of itself', async () => {
    const api = await startApi();

    const { id } = await enqueued(api, {
      type: 'report',
      input: null,
      queue: 'reports',
      priority: -10,
      run_at: '2026-11-05T10:30:00+01:00',
      unique_key: 'november',
      concurrency_key: 'tenant-1',
      concurrency_limit: 2,
      max_attempts: 7,
      timeout_ms: 1_000,
      deadline: '2027-01-01T00:00:00Z',
      retry: { delay_ms: 5 },
      tags: ['monthly'],
    });

    expect(await jobAt(api, id)).toMatchObject({
      job_type: 'report',
      queue: 'reports',
      priority: -10,
      run_at: '2026-11-05T09:30:00.000Z',
      max_attempts: 7,
      tags: ['monthly'],
    });
    const [row] = await api.sql`
      SELECT unique_key, concurrency_key, concurrency_limit, timeout_ms, deadline, retry FROM orq.jobs WHERE id = ${id}`;
    expect(row).toMatchObject({
      unique_key: 'november',
      concurrency_key: 'tenant-1',
      concurrency_limit: 2,
      timeout_ms: 1_000,
      deadline: new Date('2027-01-01T00:00:00Z'),
      retry: { delayMs: 5 },
    });
  });

  it('answers 200 and the job that holds the unique key', async () => {
    const api = await startApi();
    const job = { type: 'report', input: 1, unique_key: 'once' };
    const first = await enqueued(api, job);

    const response = await post(api, '/jobs', job);

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ id: first.id, created: false });
  });

  it.each([
    ['an input that does not fit the contract', { input: {} }, 'input.video_asset_id'],
    ['no input', { input: undefined }, 'input'],
    ['text that the database cannot hold', { type: 'x', input: { a: ['\0'] } }, 'input.a.0'],
    ['a type that is none', { type: 'No Type' }, 'type'],
    ['an option that is misspelt', { uniqueKey: 'x' }, 'uniqueKey'],
    ['an option out of bounds', { priority: 40_000 }, 'priority'],
    ['a retry policy out of bounds', { retry: { delay_ms: -1 } }, 'retry.delay_ms'],
    ['a time that is none', { run_at: 'tomorrow' }, 'run_at'],
    ['a time beyond all others', { run_at: '9999-12-31T23:59:59Z' }, 'run_at'],
  ])('names the field of %s', async (_, job, path) => {
    const api = await startApi();

    const response = await post(api, '/jobs', {
      type: 'cut_analysis',
      input: { video_asset_id: VIDEO },
      ...job,
    });

    const problem = await readProblem(response);
    expect(problem.kind).toBe('validation');
    expect(problem.errors).toContainEqual({ path, message: expect.any(String) });
    expect(problem.detail).toContain(`${path}: `);
    expect((await api.countRows()).jobs).toBe(0);
  });

  it.each([
    ['no JSON', '{"type":', 'malformed-request', 400],
    ['nothing', '', 'malformed-request', 400],
    ['what is nested too deep', `${'['.repeat(50_000)}${']'.repeat(50_000)}`, 'malformed-request', 400],
    ['too much', `"${'x'.repeat(MAX_JSON_BODY_BYTES)}"`, 'body-too-large', 413],
  ])('refuses a body of %s', async (_, body, kind, status) => {
    const api = await startApi();

    const problem = await readProblem(await post(api, '/jobs', body));

    expect(problem).toMatchObject({ kind, status });
  });

  it('refuses a body that does not say that it is JSON', async () => {
    const api = await startApi();
    const body = JSON.stringify({ type: 'report', input: 1 });

    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx']) {
      const problem = await readProblem(await post(api, '/jobs', body, { 'content-type': type }));
      expect(problem).toMatchObject({ kind: 'unsupported-media-type', status: 415 });
    }
    const suffixed = await post(api, '/jobs', body, {
      'content-type': 'application/vnd.x+json; charset=utf-8',
    });
    expect(suffixed.status).toBe(201);
  });

  it('makes one job for an Idempotency-Key, and refuses the key for another job', async () => {
    const api = await startApi();
    const job = { type: 'report', input: { month: 11 } };
    const key = { 'idempotency-key': 'key-1' };

    const answers = await Promise.all(Array.from({ length: 5 }, () => post(api, '/jobs', job, key)));
    const other = await post(api, '/jobs', { ...job, input: { month: 12 } }, key);

    const results = await Promise.all(answers.map((response) => response.json()));
    expect(new Set(results.map((result) => EnqueueResult.parse(result).id)).size).toBe(1);
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
    expect(await readProblem(other)).toMatchObject({ kind: 'idempotency-key-reused' });
    expect((await api.countRows()).jobs).toBe(1);
  });
});

describe('POST /jobs/batch', () => {
  it('enqueues all, in the order of the request', async () => {
    const api = await startApi();
    const jobs = [1, 2, 3, 4].map((input) => ({ type: input === 3 ? 'other' : 'report', input }));

    const response = await post(api, '/jobs/batch', { jobs });

    expect(response.status).toBe(201);
    const { jobs: results } = EnqueueManyResult.parse(await response.json());
    const stored = await api.sql<{ id: string }[]>`SELECT id, payload FROM orq.jobs ORDER BY id`;
    expect(stored.map((row) => row.id)).toEqual(results.map(({ id }) => id));
    expect(stored).toMatchObject([{ payload: 1 }, { payload: 2 }, { payload: 3 }, { payload: 4 }]);
  });

  it('makes a job for each unique key', async () => {
    const api = await startApi();
    const job = (unique_key: string) => ({ type: 'report', input: 0, unique_key });

    const response = await post(api, '/jobs/batch', { jobs: [job('a'), job('b'), job('a')] });

    const { jobs } = EnqueueManyResult.parse(await response.json());
    expect(jobs.map(({ created }) => created)).toEqual([true, true, false]);
    expect(jobs[2]?.id).toBe(jobs[0]?.id);
  });

  it.each([
    ['by itself', [{ type: 'report', input: 1 }], 1],
    ['among others like it', [{ type: 'cut_analysis', input: { video_asset_id: VIDEO } }], 1],
  ])('enqueues none when one is wrong, %s, and names it', async (_, before, index) => {
    const api = await startApi();

    const response = await post(api, '/jobs/batch', {
      jobs: [...before, { type: 'cut_analysis', input: {} }],
    });

    const problem = await readProblem(response);
    expect(problem.errors).toMatchObject([{ path: `jobs.${index}.input.video_asset_id` }]);
    expect((await api.countRows()).jobs).toBe(0);
  });

  it('gives the same answer for the same Idempotency-Key', async () => {
    const api = await startApi();
    const batch = {
      jobs: [
        { type: 'report', input: 1 },
        { type: 'report', input: 2 },
      ],
    };
    const key = { 'idempotency-key': 'key-1' };

    const first = await post(api, '/jobs/batch', batch, key);
    const second = await post(api, '/jobs/batch', batch, key);

    expect(EnqueueManyResult.parse(await second.json())).toEqual(await first.json());
    expect((await api.countRows()).jobs).toBe(2);
  });
});

describe('POST /jobs/{id}/cancel', () => {
  it('cancels a job that waits, and says what has come of it', async () => {
    const api = await startApi();
    const { id } = await enqueued(api, { type: 'report', input: 1 });

    const response = await post(api, `/jobs/${id}/cancel`, '');

    expect(await response.json()).toEqual({ id, outcome: 'cancelled' });
    expect(await jobAt(api, id)).toMatchObject({ status: 'cancelled' });
    expect(await readProblem(await post(api, `/jobs/${VIDEO}/cancel`, ''))).toMatchObject({
      kind: 'not-found',
    });
  });
});
