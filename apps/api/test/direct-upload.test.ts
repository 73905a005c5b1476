import { createHash } from 'node:crypto';
import { CreatedUpload, type CreateUploadRequest, UploadResource, UploadResult } from '@orq/contracts';
import { openStorage } from '@orq/storage/open';
import { startS3Server } from '@orq/testing/s3-server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sweepStorage } from '../src/entry/sweep.ts';
import { startApi, type TestApi } from './support/api.ts';
import { clientOf } from './support/client.ts';
import { readProblem } from './support/problem.ts';
import { upload as postForm } from './support/upload.ts';

const content = Buffer.from('a video');
const sha256 = createHash('sha256').update(content).digest('hex');
const announced = { filename: 'video.mp4', content_type: 'video/mp4', size_bytes: content.length };

async function startS3Api() {
  const s3 = await startS3Server();
  onTestFinished(s3.stop);
  return { s3, api: await startApi({ storage: openStorage(s3.storageUrl, s3.credentials) }) };
}

const post = (api: TestApi, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  fetch(api.url + path, {
    method: 'POST',
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

async function begin(api: TestApi, body: CreateUploadRequest, key?: string): Promise<CreatedUpload> {
  const response = await post(api, '/uploads', body, key === undefined ? {} : { 'idempotency-key': key });
  expect(response.status).toBe(201);
  return CreatedUpload.parse(await response.json());
}

const put = ({ put: { url, headers } }: CreatedUpload, body: BodyInit = content) =>
  fetch(url, { method: 'PUT', headers, body });

describe('an upload right into storage', () => {
  it('becomes a video with a job, once, however often and by how many it is completed', async () => {
    const { api } = await startS3Api();
    const upload = await begin(api, { ...announced, title: 'My video', sha256, clips: { count: 2 } });
    expect((await put(upload)).status).toBe(200);

    const path = `/uploads/${upload.id}/complete`;
    const answers = await Promise.all([1, 2, 3].map(() => post(api, path)));
    const results = await Promise.all(answers.map(async (answer) => UploadResult.parse(await answer.json())));

    const [result] = results;
    expect(results).toEqual([result, result, result]);
    expect(result?.video_asset_id).toBe(upload.id);
    expect(await api.countRows()).toMatchObject({ videos: 1, jobs: 1 });
    const [video] = await api.sql`SELECT title, sha256, content_type, size_bytes::int FROM orq.video_assets`;
    expect(video).toEqual({
      title: 'My video',
      sha256,
      content_type: 'video/mp4',
      size_bytes: content.length,
    });
    const [job] = await api.sql`SELECT payload FROM orq.jobs`;
    expect(job?.['payload']).toEqual({ video_asset_id: upload.id, clips: { count: 2 } });
    const state = UploadResource.parse(await (await fetch(`${api.url}/uploads/${upload.id}`)).json());
    expect(state).toMatchObject({ protocol: 'direct', result });
  });

  it('is begun once for a key, and its URL is signed anew', async () => {
    const { api } = await startS3Api();

    const [first, again] = [await begin(api, announced, 'k'), await begin(api, announced, 'k')];

    expect(again.id).toBe(first.id);
    const other = await post(api, '/uploads', { ...announced, size_bytes: 8 }, { 'idempotency-key': 'k' });
    expect((await readProblem(other)).kind).toBe('idempotency-key-reused');
  });

  it('is not complete before its file is there', async () => {
    const { api } = await startS3Api();
    const { id } = await begin(api, announced);

    const problem = await readProblem(await post(api, `/uploads/${id}/complete`));

    expect(problem).toMatchObject({ kind: 'upload-incomplete', detail: expect.stringContaining('put it') });
    expect(await api.countRows()).toMatchObject({ videos: 0, jobs: 0 });
  });

  it('of another file than was announced is refused, and can be put again', async () => {
    const { api, s3 } = await startS3Api();
    const upload = await begin(api, { ...announced, sha256 });
    await api.deps.storage.put(`videos/${upload.id}`, new Blob(['b video']).stream());

    const problem = await readProblem(await post(api, `/uploads/${upload.id}/complete`));

    expect(problem.kind).toBe('upload-mismatch');
    expect(s3.objects.size).toBe(0);
    expect((await put(upload)).status).toBe(200);
    expect((await post(api, `/uploads/${upload.id}/complete`)).status).toBe(201);
  });

  it('that is not completed is swept once it has expired, and not before', async () => {
    const { api, s3 } = await startS3Api();
    const uploads = [await begin(api, announced), await begin(api, announced)];
    for (const upload of uploads) await put(upload);
    for (const object of s3.objects.values()) object.lastModified = new Date(Date.now() - 3_700_000);
    await api.sql`UPDATE orq.uploads SET expires_at = now() - interval '1 s' WHERE id = ${uploads[0]?.id ?? ''}`;

    await sweepStorage({ ...api.deps, sql: api.sql });

    expect([...s3.objects.keys()]).toEqual([`orq/videos/${uploads[1]?.id}`]);
    expect(api.log.at(-1)).toMatchObject({ bindings: { orphans: 1, expired: 1 } });
    expect((await post(api, `/uploads/${uploads[0]?.id}/complete`)).status).toBe(404);
  });

  it('is refused with fields that make no sense', async () => {
    const { api } = await startS3Api();

    for (const [fields, kind] of [
      [{ size_bytes: 0 }, 'validation'],
      [{ size_bytes: 10_000_001 }, 'upload-too-large'],
      [{ size_bytes: 6 * 1024 ** 3 }, 'validation'],
      [{ sha256: 'abc' }, 'validation'],
      [{ content_type: 'video' }, 'validation'],
      [{ clips: { count: 0 } }, 'validation'],
      [{ storage_key: 'videos/other' }, 'validation'],
    ] as const) {
      const response = await post(api, '/uploads', { ...announced, ...fields });
      expect((await readProblem(response)).kind, JSON.stringify(fields)).toBe(kind);
    }
  });
});

it('where S3 does not answer, the problem says so, and nothing is recorded', async () => {
  const { api, s3 } = await startS3Api();
  s3.fail({ kind: 'refuse', status: 503, code: 'SlowDown' }, ({ method }) => method === 'PUT', 5);

  const response = await postForm(api);

  expect(response.headers.get('retry-after')).toBe('5');
  expect((await readProblem(response)).kind).toBe('unavailable');
  expect(await api.countRows()).toMatchObject({ videos: 0, jobs: 0 });
});

it('where storage is a disk, the problem says what to do in its place', async () => {
  const api = await startApi();

  const problem = await readProblem(await post(api, '/uploads', announced));

  expect(problem).toMatchObject({ kind: 'direct-upload-unavailable', status: 501 });
  expect(problem.detail).toContain('POST /upload');
});

describe('orq.upload with `direct`', () => {
  const video = new File([content], 'video.mp4', { type: 'video/mp4' });

  it('puts the file into storage, again where the answer was lost, and tells storage no token', async () => {
    const { api, s3 } = await startS3Api();
    s3.fail({ kind: 'lose-answer' }, ({ method }) => method === 'PUT');
    const orq = clientOf(api, { token: 'secret' });

    const { video_asset_id, job_id } = await orq.upload(video, { direct: true, title: 'My video' });

    expect(await orq.videos.get(video_asset_id)).toMatchObject({ title: 'My video', sha256 });
    expect(await orq.jobs.get(job_id)).toMatchObject({ job_type: 'cut_analysis' });
    expect(s3.requests.filter(({ method }) => method === 'PUT')).toHaveLength(2);
    expect(s3.requests.some(({ headers }) => headers.authorization?.includes('secret'))).toBe(false);
  });

  it('sends it to the api where that keeps uploads on a disk', async () => {
    const api = await startApi();

    const { video_asset_id } = await clientOf(api).upload(video, { direct: true });

    expect(await clientOf(api).videos.get(video_asset_id)).toMatchObject({ filename: 'video.mp4', sha256 });
  });
});
