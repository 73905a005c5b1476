import { createHash, randomBytes } from 'node:crypto';
import { UploadResource } from '@orq/contracts';
import { openStorage } from '@orq/storage/open';
import { waitFor } from '@orq/testing';
import { startS3Server } from '@orq/testing/s3-server';
import { Upload, type UploadOptions } from 'tus-js-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sweepStorage } from '../src/entry/sweep.ts';
import { createFinish, finishWholeUploads } from '../src/entry/tus/finish.ts';
import { writePieces } from '../src/entry/tus/pieces.ts';
import { startApi, type TestApi, type TestApiOptions } from './support/api.ts';
import { startDatabaseProxy } from './support/database-proxy.ts';
import { makeKey } from './support/keys.ts';
import { readProblem } from './support/problem.ts';

const MIB = 1024 * 1024;
const content = randomBytes(5 * MIB);
const sha256 = createHash('sha256').update(content).digest('hex');

async function inS3(): Promise<TestApiOptions> {
  const s3 = await startS3Server();
  onTestFinished(s3.stop);
  return { storage: openStorage(s3.storageUrl, s3.credentials) };
}

/** Uploads by tus' own client. @returns the upload's URL */
function uploadByTus(url: string, options: Partial<UploadOptions> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const upload: Upload = new Upload(content, {
      endpoint: `${url}/uploads/tus`,
      metadata: { filename: 'video.mp4', filetype: 'video/mp4', title: 'My video', clip_count: '2' },
      retryDelays: [100, 500, 1000, 3000],
      onSuccess: () => resolve(upload.url ?? ''),
      onError: reject,
      ...options,
    });
    upload.start();
  });
}

const send = (url: string, method: string, headers: Record<string, string> = {}, body?: BodyInit) =>
  fetch(url, {
    method,
    headers: { 'tus-resumable': '1.0.0', ...headers },
    ...(body && { body, duplex: 'half' }),
  });

/** @returns the upload's URL */
async function create(api: TestApi, bytes = content.length): Promise<string> {
  const metadata = `filename ${btoa('video.mp4')},anything`;
  const headers = { 'upload-length': String(bytes), 'upload-metadata': metadata };
  const response = await send(`${api.url}/uploads/tus`, 'POST', headers);
  expect(response.status).toBe(201);
  return new URL(response.headers.get('location') ?? '', api.url).href;
}

const patch = (upload: string, offset: number, body: BodyInit) =>
  send(
    upload,
    'PATCH',
    { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
    body,
  );

const standsAt = async (upload: string) => (await send(upload, 'HEAD')).headers.get('upload-offset');

const storedKeys = async ({ deps }: TestApi) => {
  const keys = [];
  for await (const { key } of deps.storage.list()) keys.push(key);
  return keys;
};

describe('an upload by tus', () => {
  it.each([
    ['a disk', async () => ({})],
    ['S3', inS3],
  ])('whose connection breaks goes on where it was, into %s', async (_, options) => {
    const api = await startApi(await options());
    const proxy = await startDatabaseProxy(api.url);
    let breaks = 0;

    const url = await uploadByTus(new URL(proxy.url).origin, {
      chunkSize: 2 * MIB,
      onProgress: (sent) => {
        if (sent < (breaks + 1) * 1.5 * MIB || breaks > 1) return;
        breaks += 1;
        void proxy.goAway().then(proxy.comeBack);
      },
    });

    expect(breaks).toBe(2);
    const id = url.split('/').at(-1) ?? '';
    const [video] = await api.sql`SELECT id, title, filename, content_type, sha256 FROM orq.video_assets`;
    expect(video).toEqual({
      id,
      title: 'My video',
      filename: 'video.mp4',
      content_type: 'video/mp4',
      sha256,
    });
    const [job] = await api.sql`SELECT id, payload FROM orq.jobs`;
    expect(job?.['payload']).toEqual({ video_asset_id: id, clips: { count: 2 } });
    const state = UploadResource.parse(await (await fetch(`${api.url}/uploads/${id}`)).json());
    expect(state.result).toEqual({ video_asset_id: id, job_id: job?.['id'] });
    expect(await storedKeys(api)).toEqual([`videos/${id}`]);
  });

  it('keeps what came of a request that broke off', async () => {
    const api = await startApi();
    const upload = await create(api);
    const abort = new AbortController();
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (sent < MIB) return controller.enqueue(content.subarray(sent, (sent += 64 * 1024)));
        await waitFor(async () => (await api.storedFiles()).length > 0, { describe: 'the api writes' });
        abort.abort();
      },
    });
    const headers = {
      'tus-resumable': '1.0.0',
      'upload-offset': '0',
      'content-type': 'application/offset+octet-stream',
    };
    const init = { method: 'PATCH', headers, body, duplex: 'half', signal: abort.signal };
    await fetch(upload, init).catch(() => undefined);

    const offset = Number(await standsAt(upload));

    expect(offset).toBeGreaterThan(0);
    expect((await patch(upload, offset, content.subarray(offset))).status).toBe(204);
    expect(await api.sql`SELECT sha256 FROM orq.video_assets`).toEqual([{ sha256 }]);
  });

  it('keeps what came of a request that sends nothing more, and says how much that is', async () => {
    const api = await startApi({ limits: { stallTimeoutMs: 1_000 } });
    const upload = await create(api);
    // Little enough to come in one go, also on a busy machine.
    const part = content.subarray(0, 64 * 1024);
    const body = new ReadableStream<Uint8Array>({ start: (to) => to.enqueue(part) });

    const response = await patch(upload, 0, body);

    expect(response.status).toBe(204);
    expect(response.headers.get('upload-offset')).toBe(String(part.length));
  });

  it('is recorded once, also when its last request is sent again, or twice at once', async () => {
    const api = await startApi();
    const upload = await create(api);
    expect((await patch(upload, 0, content.subarray(0, MIB))).status).toBe(204);

    const last = content.subarray(MIB);
    const answers = await Promise.all([patch(upload, MIB, last), patch(upload, MIB, last)]);
    const again = await patch(upload, MIB, last);

    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 409]);
    expect((await readProblem(again)).kind).toBe('upload-conflict');
    expect(await standsAt(upload)).toBe(String(content.length));
    expect(await api.countRows()).toMatchObject({ videos: 1, jobs: 1 });
  });

  it('that two processes write at once keeps the piece of one', async () => {
    const api = await startApi();
    const upload = await create(api);
    const id = upload.split('/').at(-1) ?? '';
    const write = () => writePieces(api.deps, id, 0, new Blob([content.subarray(0, MIB)]).stream());

    const written = await Promise.allSettled([write(), write()]);

    expect(written.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await standsAt(upload)).toBe(String(MIB));
    expect(await storedKeys(api)).toHaveLength(1);
  });

  it.each([
    ['when its client asks for it', (_: TestApi, upload: string) => standsAt(upload)],
    ['by the sweep', ({ deps }: TestApi) => finishWholeUploads(deps, createFinish(deps))],
  ])('that was whole when its process was killed is finished %s', async (_, look) => {
    const api = await startApi();
    const upload = await create(api);
    const id = upload.split('/').at(-1) ?? '';
    await writePieces(api.deps, id, 0, new Blob([content]).stream());
    expect(await api.countRows()).toMatchObject({ videos: 0 });

    await look(api, upload);
    await look(api, upload);

    expect(await api.sql`SELECT id, sha256 FROM orq.video_assets`).toEqual([{ id, sha256 }]);
    expect(await storedKeys(api)).toEqual([`videos/${id}`]);
  });

  it('that expires, or is ended by its client, leaves nothing', async () => {
    const api = await startApi();
    const [expired, ended] = [await create(api), await create(api)];
    for (const upload of [expired, ended]) await patch(upload, 0, content.subarray(0, MIB));

    expect((await send(ended, 'DELETE')).status).toBe(204);
    await api.sql`UPDATE orq.uploads SET expires_at = now() - interval '1 s'`;
    expect((await readProblem(await patch(expired, MIB, content.subarray(MIB)))).kind).toBe('not-found');
    await sweepStorage({ ...api.deps, sql: api.sql });

    expect(await api.sql`SELECT FROM orq.uploads`).toHaveLength(0);
    expect(await api.sql`SELECT FROM orq.upload_pieces`).toHaveLength(0);
  });

  it('asks for an api key, once there is one', async () => {
    const api = await startApi();
    const { headers } = await makeKey(api, 'enqueue');
    const reader = await makeKey(api, 'read');
    const begin = (key: Record<string, string>) =>
      send(`${api.url}/uploads/tus`, 'POST', { 'upload-length': '1', ...key });

    const created = await begin(headers);
    const upload = new URL(created.headers.get('location') ?? '', api.url).href;

    expect(await Promise.all([begin({}), begin(reader.headers)])).toMatchObject([
      { status: 401 },
      { status: 403 },
    ]);
    for (const method of ['HEAD', 'PATCH', 'DELETE']) expect((await send(upload, method)).status).toBe(401);
    expect((await send(upload, 'HEAD', headers)).status).toBe(200);
  });

  it('that makes no sense is refused with a problem', async () => {
    const api = await startApi();
    const titled = (title: string) => ({ 'upload-length': '1', 'upload-metadata': `title ${btoa(title)}` });
    const refused = [
      [{ 'upload-length': '10000001' }, 'upload-too-large'],
      [{ 'upload-length': '0' }, 'file-empty'],
      [{}, 'malformed-request'],
      [{ 'upload-length': '-1' }, 'malformed-request'],
      [{ 'upload-defer-length': '1' }, 'malformed-request'],
      [{ 'upload-length': '1', 'upload-metadata': 'a b c' }, 'malformed-request'],
      [titled('x'.repeat(501)), 'validation'],
      [titled('a\0b'), 'validation'],
      [{ 'upload-length': '1', 'tus-resumable': '0.2.0' }, 'tus-version-unsupported'],
    ] as const;

    for (const [headers, kind] of refused) {
      const response = await send(`${api.url}/uploads/tus`, 'POST', headers);
      expect((await readProblem(response)).kind, JSON.stringify(headers)).toBe(kind);
    }
    const none = await send(`${api.url}/uploads/tus/0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69`, 'HEAD');
    expect(none.status).toBe(404);
    expect(await api.sql`SELECT FROM orq.uploads`).toHaveLength(0);
  });
});
