import { ProblemError } from '@orq/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apis, clients } from '../src/runtimes.ts';
import { bundle, type RunningApi, socketOf, startApi, wordCount } from './support/api.ts';
import { openEnvironment } from './support/environment.ts';

const RUNTIMES = Object.keys(apis) as (keyof typeof apis)[];
const UNKNOWN = '0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69';

describe.each(RUNTIMES)('the api on %s', (runtime) => {
  let api: RunningApi;
  beforeAll(async () => {
    api = await startApi(runtime);
  });
  afterAll(() => api[Symbol.asyncDispose]());

  test('enqueues a job, waits for its result, and reads it', async () => {
    const job = await api.orq.jobs.enqueue(wordCount, { text: 'one two three' }, { tags: ['first'] });

    expect(await job.result({ timeoutMs: 30_000 })).toEqual({ words: 3 });
    expect(await job.get()).toMatchObject({ status: 'completed', tags: ['first'] });
  });

  test('lists jobs page by page, each once', async () => {
    const jobs = await api.orq.jobs.enqueueMany(
      wordCount,
      [1, 2, 3, 4, 5].map((n) => ({ text: `text ${n}` })),
      { tags: ['listed'] },
    );

    const listed: string[] = [];
    for await (const { id } of api.orq.jobs.list({ tag: 'listed' }, { limit: 2 })) listed.push(id);

    expect(listed.toSorted()).toEqual(jobs.map(({ id }) => id).toSorted());
  });

  test('tells what happens to a job, and goes on after an event that came', async () => {
    const job = await api.orq.jobs.enqueue(wordCount, { text: 'one' });
    await job.result({ timeoutMs: 30_000 });

    const events = await collect(job.events());
    const rest = await collect(job.events({ lastEventId: events[0]?.event_id ?? '' }));

    expect(events.map(({ type }) => type)).toContain('log');
    expect(events.at(-1)).toMatchObject({ type: 'status', status: 'completed' });
    expect(rest).toEqual(events.slice(1));
  });

  test('streams an upload into the bucket, and enqueues its analysis', async () => {
    const bytes = Buffer.alloc(300_000, 'no video, but bytes ');

    const { video_asset_id, job_id } = await api.orq.upload(new Blob([bytes]), { title: 'bytes' });

    const object = [...api.s3.objects].find(([key]) => key.endsWith(`/videos/${video_asset_id}`));
    expect(object?.[1].body.equals(bytes)).toBe(true);
    expect(await api.orq.jobs.get(job_id)).toMatchObject({ job_type: 'cut_analysis' });
    expect(await api.orq.videos.get(video_asset_id)).toMatchObject({ title: 'bytes' });
  });

  test('takes an upload right into the bucket', async () => {
    const upload = api.orq.upload(new Blob(['bytes']), { direct: true, filename: 'direct.mp4' });

    expect(await api.orq.videos.get((await upload).video_asset_id)).toMatchObject({ size_bytes: 5 });
  });

  test('takes a resumable upload in two requests, or says that it takes none', async () => {
    const headers = { authorization: `Bearer ${api.token}`, 'tus-resumable': '1.0.0' };
    const metadata = { 'upload-length': '6', 'upload-metadata': `filename ${btoa('video.mp4')}` };
    const tus = `${api.url}/uploads/tus`;
    const created = await fetch(tus, { method: 'POST', headers: { ...headers, ...metadata } });
    if (runtime === 'workerd') return void expect(created.status).toBe(405);

    const upload = new URL(created.headers.get('location') ?? '', api.url);
    const type = { 'content-type': 'application/offset+octet-stream' };
    for (const [offset, body] of ['abc', 'def'].entries()) {
      const place = { ...headers, ...type, 'upload-offset': String(3 * offset) };
      expect((await fetch(upload, { method: 'PATCH', headers: place, body })).status).toBe(204);
    }

    const id = upload.pathname.split('/').at(-1) ?? '';
    expect(await api.orq.videos.get(id)).toMatchObject({ filename: 'video.mp4', size_bytes: 6 });
  });

  test('names what is wrong with a request', async () => {
    const missing = await api.orq.jobs.get(UNKNOWN).catch((error: unknown) => error);
    const invalid = await fetch(`${api.url}/jobs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${api.token}`, 'content-type': 'application/json' },
      body: '{"type": "word_count", "input": {}, "priority": "high"}',
    });

    expect(missing).toBeInstanceOf(ProblemError);
    expect(missing).toMatchObject({ status: 404 });
    expect(await invalid.json()).toMatchObject({ status: 422, errors: [{ path: 'priority' }] });
  });

  test('lets nobody in without an api key', async () => {
    const answer = await fetch(`${api.url}/jobs`);

    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="orq"');
  });

  test('says that it is ready', async () => {
    const ready = await fetch(`${api.url}/readyz`);

    expect(await ready.json()).toEqual({ status: 'ok', checks: { database: 'ok', storage: 'ok' } });
  });
});

describe.each(RUNTIMES.filter((name) => name !== 'workerd'))('the api’s process on %s', (runtime) => {
  test('ends at SIGTERM, also with a stream of events open', async () => {
    await using api = await startApi(runtime);
    const { id } = await api.orq.jobs.enqueue(wordCount, { text: 'later' }, { runAt: new Date(2e12) });
    const headers = { authorization: `Bearer ${api.token}` };
    const stream = await fetch(`${api.url}/jobs/${id}/events`, { headers });
    const reader = stream.body?.getReader();
    await reader?.read();

    const exit = await api.process.kill('SIGTERM');

    expect(exit).toEqual({ code: 0, signal: null });
    expect(api.process.output()).toContain('"api stopped"');
  });
});

describe('the client', () => {
  let api: RunningApi;
  beforeAll(async () => {
    api = await startApi('Node');
  });
  afterAll(() => api[Symbol.asyncDispose]());

  test.each(Object.entries(clients))(
    'enqueues, follows, lists, uploads and cancels on %s',
    async (_, command) => {
      const client = api.start(command, { ORQ_URL: api.url, ORQ_TOKEN: api.token });

      expect(await client.exited).toEqual({ code: 0, signal: null });
      const expected = { last: 'completed', words: [2, 3], sent: 8, outcome: 'cancelled' };
      expect(JSON.parse(client.output())).toMatchObject(expected);
    },
  );
});

test('the api on workerd answers each request with a problem where a setting is wrong, and says which', async () => {
  bundle();
  await using environment = await openEnvironment();
  const workerd = environment.start(apis.workerd, { STORAGE_URL: 'file:///tmp/orq' });

  const answer = await fetch(`${await socketOf(workerd)}/readyz`);

  expect(await answer.json()).toMatchObject({ status: 503, type: 'urn:orq:problem:unavailable' });
  await workerd.waitForOutput(/STORAGE_URL: this runtime has no disk; set one that begins with s3:/);
});

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
