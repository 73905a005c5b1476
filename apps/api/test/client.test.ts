import {
  ContractMismatchError,
  createClient,
  defineJob,
  type Fetch,
  JobCancelledError,
  JobFailedError,
  NetworkError,
  ProblemError,
  TimeoutError,
} from '@orq/contracts';
import { waitFor } from '@orq/testing';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { startApi } from './support/api.ts';
import { clientOf, startWordCounter, unreliableFetch, wordCount } from './support/client.ts';

const UNKNOWN = '0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69';
const caught = <Failure extends Error>(promise: Promise<unknown>): Promise<Failure> =>
  promise.then(
    () => Promise.reject(new Error('It did not throw')),
    (error: Failure) => error,
  );

describe('a job', () => {
  it('is enqueued, and gives the result of its contract', async () => {
    const api = await startApi();
    await startWordCounter(api);
    const orq = clientOf(api);

    const job = await orq.jobs.enqueue(
      wordCount,
      { text: 'one two three' },
      { priority: -10, tags: ['test'] },
    );
    const result = await job.result({ timeoutMs: 30_000 });

    expectTypeOf(result).toEqualTypeOf<{ words: number }>();
    expect(result).toEqual({ words: 3 });
    expect(job.created).toBe(true);
    expect(await job.get()).toMatchObject({ status: 'completed', priority: -10, tags: ['test'] });
    expect(await orq.jobs.result(job.id)).toEqual({ words: 3 });
    expect(await orq.jobs.result(orq.jobs.handle(wordCount, job.id))).toEqual({ words: 3 });
  });

  it('is one of many that are enqueued together', async () => {
    const api = await startApi();
    await startWordCounter(api);

    const jobs = await clientOf(api).jobs.enqueueMany(wordCount, [{ text: 'one' }, { text: 'one two' }]);

    const results = await Promise.all(jobs.map((job) => job.result({ timeoutMs: 30_000 })));
    expect(results).toEqual([{ words: 1 }, { words: 2 }]);
  });

  it('is waited for with many others by no more than four streams', async () => {
    const api = await startApi();
    const { release } = await startWordCounter(api);
    let [open, most] = [0, 0];
    const counting: Fetch = async (url, init) => {
      if (!url.endsWith('/events')) return fetch(url, init);
      most = Math.max(most, (open += 1));
      init.signal?.addEventListener('abort', () => (open -= 1), { once: true });
      return fetch(url, init);
    };
    const orq = clientOf(api, { fetch: counting });
    const inputs = Array.from({ length: 12 }, () => ({ text: 'one', waits: true }));

    const jobs = await orq.jobs.enqueueMany(wordCount, inputs);
    const results = Promise.all(jobs.map((job) => job.result({ timeoutMs: 30_000 })));
    await waitFor(() => open === 4, { describe: 'four are followed' });
    release();

    expect(await results).toEqual(inputs.map(() => ({ words: 1 })));
    expect(most).toBe(4);
    await waitFor(() => open === 0, { describe: 'none is followed' });
  });

  it('that fails throws its reason', async () => {
    const api = await startApi();
    await startWordCounter(api);
    const job = await clientOf(api).jobs.enqueue(wordCount, { text: '', fails: true });

    const error = await caught<JobFailedError>(job.result({ timeoutMs: 30_000 }));

    expect(error).toBeInstanceOf(JobFailedError);
    expect(error.message).toContain('too many words');
    expect(error.job).toMatchObject({ id: job.id, status: 'failed' });
  });

  it('that is cancelled throws that, and says so to whoever waits', async () => {
    const api = await startApi();
    await startWordCounter(api);
    const job = await clientOf(api).jobs.enqueue(wordCount, { text: '', waits: true });
    const result = caught(job.result({ timeoutMs: 30_000 }));
    await waitFor(async () => (await job.get()).status === 'processing', { describe: 'the job runs' });

    const { outcome } = await job.cancel();

    expect(outcome).toBe('requested');
    expect(await result).toBeInstanceOf(JobCancelledError);
  });

  it('is not waited for beyond its time, nor once the signal is aborted', async () => {
    const api = await startApi();
    const job = await clientOf(api).jobs.enqueue(wordCount, { text: '' });
    const controller = new AbortController();

    const late = await caught<TimeoutError>(job.result({ timeoutMs: 100 }));
    const aborted = caught(job.result({ signal: controller.signal }));
    controller.abort(new Error('changed my mind'));

    expect(late).toBeInstanceOf(TimeoutError);
    expect(late.timeoutMs).toBe(100);
    expect(await aborted).toMatchObject({ message: 'changed my mind' });
  });
});

describe('a contract that is not the other side’s', () => {
  it('names the field of a result that this client does not expect', async () => {
    const api = await startApi();
    await startWordCounter(api);
    const newer = defineJob({
      ...wordCount,
      output: z.object({ words: z.int(), letters: z.object({ count: z.int() }) }),
    });
    const job = await clientOf(api).jobs.enqueue(newer, { text: 'one' });

    const error = await caught<ContractMismatchError>(job.result({ timeoutMs: 30_000 }));

    expect(error).toBeInstanceOf(ContractMismatchError);
    expect(error.path).toBe('letters');
    expect(error.message).toContain('word_count');
  });

  it('leaves what is only additional alone', async () => {
    const api = await startApi();
    await startWordCounter(api);
    const older = defineJob({ ...wordCount, output: z.object({}) });
    const job = await clientOf(api).jobs.enqueue(older, { text: 'one' });

    expect(await job.result({ timeoutMs: 30_000 })).toEqual({});
  });

  it('names the field of an input, before anything is sent', async () => {
    const { fetch, calls } = unreliableFetch([]);
    const orq = createClient({ baseUrl: 'http://127.0.0.1:9', fetch });

    // @ts-expect-error: the contract has no number there
    const error = await caught<ContractMismatchError>(orq.jobs.enqueue(wordCount, { text: 3 }));

    expect(error).toBeInstanceOf(ContractMismatchError);
    expect(error.path).toBe('text');
    expect(calls).toEqual([]);
  });

  it('is told when a job is of another type', async () => {
    const api = await startApi();
    await startWordCounter(api);
    const orq = clientOf(api);
    const { id } = await orq.jobs.enqueue(wordCount, { text: 'one' });
    const other = defineJob({ ...wordCount, type: 'other' });

    const error = await caught<ContractMismatchError>(
      orq.jobs.handle(other, id).result({ timeoutMs: 30_000 }),
    );

    expect(error).toMatchObject({ name: 'ContractMismatchError', path: 'job_type' });
  });

  it('names the field of an answer by whatever else answers there', async () => {
    const answer = async () => Response.json({ id: UNKNOWN, status: 'fine' });
    const orq = createClient({ baseUrl: 'http://orq.test', fetch: unreliableFetch([answer]).fetch });

    const error = await caught<ContractMismatchError>(orq.jobs.get(UNKNOWN));

    expect(error.message).toContain('GET /jobs/:id');
    expect(error.errors.map(({ path }) => path)).toContain('status');
  });
});

describe('a call that the api refuses', () => {
  it('throws the problem', async () => {
    const api = await startApi();
    const orq = clientOf(api);

    const missing = await caught<ProblemError>(orq.jobs.get(UNKNOWN));
    const invalid = await caught<ProblemError>(orq.videos.get('abc'));

    expect(missing).toBeInstanceOf(ProblemError);
    expect(missing).toMatchObject({ kind: 'not-found', status: 404, errors: [] });
    expect(missing.detail).toContain(UNKNOWN);
    expect(missing.requestId).toMatch(/^[\da-f-]{36}$/);
    expect(invalid).toMatchObject({ kind: 'validation', status: 422, errors: [{ path: 'id' }] });
  });

  it('quotes an answer that is not of orq', async () => {
    const proxy = async () => new Response('<h1>Forbidden by the gateway</h1>', { status: 403 });
    const orq = createClient({ baseUrl: 'http://orq.test', fetch: unreliableFetch([proxy]).fetch });

    const error = await caught<ProblemError>(orq.jobs.get(UNKNOWN));

    expect(error).toMatchObject({ kind: 'unknown', status: 403 });
    expect(error.message).toContain('Forbidden by the gateway');
  });
});

describe('a call that fails on its way', () => {
  const refused = () => Promise.reject(new TypeError('fetch failed'));
  const busy = async () => new Response('busy', { status: 503, headers: { 'retry-after': '1' } });

  it('is tried again, and does nothing twice', async () => {
    const api = await startApi();
    /** The call arrives, and its answer does not. */
    const answerLost = async () => {
      const { headers } = calls.at(-1) ?? { headers: new Headers() };
      const body = JSON.stringify({ type: 'word_count', input: { text: 'one' } });
      await fetch(`${api.url}/jobs`, { method: 'POST', headers, body });
      throw new TypeError('fetch failed');
    };
    const { fetch: unreliable, calls } = unreliableFetch([refused, answerLost]);
    const orq = clientOf(api, { fetch: unreliable });

    const job = await orq.jobs.enqueue(wordCount, { text: 'one' });

    expect(await job.get()).toMatchObject({ status: 'pending' });
    const keys = calls.slice(0, 3).map(({ headers }) => headers.get('idempotency-key'));
    expect(keys[0]).toMatch(/^[\da-f-]{36}$/);
    expect(new Set(keys).size).toBe(1);
    expect((await api.countRows()).jobs).toBe(1);
  });

  it('waits for as long as the api asks', async () => {
    const api = await startApi();
    const { fetch: unreliable, calls } = unreliableFetch([busy]);

    await clientOf(api, { fetch: unreliable }).api.healthz();

    expect((calls[1]?.at ?? 0) - (calls[0]?.at ?? 0)).toBeGreaterThanOrEqual(995);
  });

  it('is given up in the end, with the reason', async () => {
    const { fetch: unreliable, calls } = unreliableFetch([refused, refused, refused]);
    const orq = createClient({ baseUrl: 'http://orq.test', fetch: unreliable, maxRetries: 2 });

    const error = await caught<NetworkError>(orq.jobs.get(UNKNOWN));

    expect(error).toBeInstanceOf(NetworkError);
    expect(error.message).toBe('GET /jobs/:id: http://orq.test was not reached: fetch failed');
    expect(calls).toHaveLength(3);
  });

  it('is not tried again where that could do something twice', async () => {
    const { fetch: unreliable, calls } = unreliableFetch([refused]);
    const orq = createClient({ baseUrl: 'http://orq.test', fetch: unreliable });

    expect(await caught(orq.api.processJob())).toBeInstanceOf(NetworkError);
    expect(calls).toHaveLength(1);
  });

  it('ends when its time is up, or its signal is aborted', async () => {
    const stuck = () => new Promise<Response>(() => undefined);
    const orq = createClient({
      baseUrl: 'http://orq.test',
      fetch: (_, { signal }) =>
        Promise.race([
          stuck(),
          new Promise<never>((_resolve, reject) =>
            signal?.addEventListener('abort', () => reject(signal.reason)),
          ),
        ]),
      maxRetries: 0,
    });

    const late = await caught<TimeoutError>(orq.jobs.get(UNKNOWN, { timeoutMs: 20 }));
    const reason = new Error('enough');
    const controller = new AbortController();
    const aborted = caught(orq.jobs.get(UNKNOWN, { signal: controller.signal }));
    controller.abort(reason);

    expect(late).toBeInstanceOf(TimeoutError);
    expect(late.message).toBe('GET /jobs/:id took longer than 20 ms');
    expect(await aborted).toBe(reason);
  });

  it('sends its token, asked anew for each try', async () => {
    const api = await startApi();
    const tokens = ['first', 'second'];
    const { fetch: unreliable, calls } = unreliableFetch([refused]);
    const orq = clientOf(api, { fetch: unreliable, token: async () => tokens.shift() ?? '' });

    await orq.api.healthz();

    expect(calls.map(({ headers }) => headers.get('authorization'))).toEqual([
      'Bearer first',
      'Bearer second',
    ]);
  });
});
