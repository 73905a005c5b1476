import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { JobResource, UploadResult, VideoResource } from '@orq/contracts';
import { describe, expect, it } from 'vitest';
import { startApi, type TestApi } from './support/api.ts';
import { readProblem } from './support/problem.ts';
import { chunked, end, field, file, postRaw, upload } from './support/upload.ts';

const nothing = { videos: 0, jobs: 0, keys: 0 };

async function expectNothingLeft(api: TestApi): Promise<void> {
  expect(await api.countRows()).toEqual(nothing);
  expect(await api.storedFiles()).toEqual([]);
}

async function videoOf(api: TestApi, response: Response): Promise<VideoResource> {
  expect(response.status).toBe(201);
  const { video_asset_id } = UploadResult.parse(await response.json());
  return VideoResource.parse(await (await fetch(`${api.url}/videos/${video_asset_id}`)).json());
}

describe('POST /upload', () => {
  it('stores the file, and enqueues its analysis', async () => {
    const api = await startApi();

    const response = await upload(api, { content: 'a video', filename: 'holiday.mp4', title: 'Holiday' });

    expect(response.status).toBe(201);
    const { video_asset_id, job_id } = UploadResult.parse(await response.json());
    expect(response.headers.get('location')).toBe(`/jobs/${job_id}`);
    const job = JobResource.parse(await (await fetch(`${api.url}/jobs/${job_id}`)).json());
    expect(job).toMatchObject({ id: job_id, job_type: 'cut_analysis', status: 'pending' });
    const video = VideoResource.parse(await (await fetch(`${api.url}/videos/${video_asset_id}`)).json());
    expect(video).toMatchObject({
      id: video_asset_id,
      title: 'Holiday',
      filename: 'holiday.mp4',
      content_type: 'video/mp4',
      size_bytes: 7,
      sha256: createHash('sha256').update('a video').digest('hex'),
      duration_ms: null,
    });
    const [stored, ...others] = await api.storedFiles();
    expect(others).toEqual([]);
    expect(await readFile(stored ?? '', 'utf8')).toBe('a video');
  });

  it('takes the title before the file as well', async () => {
    const api = await startApi();

    const response = await upload(api, { title: 'First', titleFirst: true });

    expect(await videoOf(api, response)).toMatchObject({ title: 'First', filename: 'video.mp4' });
  });

  it('takes the name of the file as the title where there is none', async () => {
    const api = await startApi();

    const response = await upload(api, { filename: 'C:\\videos\\日本 – 100%.mp4' });

    expect(await videoOf(api, response)).toMatchObject({
      title: '日本 – 100%.mp4',
      filename: '日本 – 100%.mp4',
    });
  });

  it('takes a body in chunks, without a Content-Length', async () => {
    const api = await startApi();

    const response = await postRaw(api, chunked(file('first half, '), field('title', 'Chunked'), end));

    expect(await videoOf(api, response)).toMatchObject({ title: 'Chunked', size_bytes: 12 });
  });

  it('keeps every byte of a file that looks like multipart', async () => {
    const api = await startApi();
    const content = new Uint8Array(300_000).map((_, i) => '\r\n--test-boundary'.charCodeAt(i % 23) || 0);

    const response = await upload(api, { content });

    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(await videoOf(api, response)).toMatchObject({ sha256, size_bytes: 300_000 });
  });

  it('ignores what comes after the form', async () => {
    const api = await startApi();

    const response = await postRaw(api, `${file('a video')}${end}--test-boundary\r\nwhatever\r\n--x`);

    expect(await videoOf(api, response)).toMatchObject({ size_bytes: 7 });
  });
});

describe('POST /upload lets the caller say which clips to choose', () => {
  it('and passes that on to the analysis', async () => {
    const api = await startApi();
    const fields = field('clip_count', '2') + field('clip_min_ms', '1000') + field('clip_max_ms', '4000');

    const response = await postRaw(api, `${fields}${file('a video')}${end}`);

    expect(response.status).toBe(201);
    const [job] = await api.sql`SELECT payload FROM orq.jobs`;
    expect(job?.['payload']).toMatchObject({ clips: { count: 2, min_ms: 1000, max_ms: 4000 } });
  });

  it.each([
    ['clip_count', field('clip_count', '0'), 'takes a whole number, 1 to 20'],
    ['clip_count', field('clip_count', '2.5'), 'takes a whole number, 1 to 20'],
    ['clip_min_ms', field('clip_min_ms', '1e3'), 'takes a whole number, 500 to 180000'],
    ['clip_max_ms', field('clip_max_ms', '180001'), 'takes a whole number, 500 to 180000'],
    [
      'clip_max_ms',
      field('clip_max_ms', '5999') + field('clip_min_ms', '6000'),
      'may not be less than clip_min_ms',
    ],
  ])('and names %s as wrong, before or after the file (case %#)', async (path, fields, message) => {
    const api = await startApi();

    for (const parts of [fields + file('a video'), file('a video') + fields]) {
      const problem = await readProblem(await postRaw(api, parts + end));
      expect(problem).toMatchObject({ kind: 'validation', errors: [{ path, message }] });
    }
    await expectNothingLeft(api);
  });
});

describe('POST /upload refuses', () => {
  it('a form without a file', async () => {
    const api = await startApi();

    const response = await postRaw(api, `${field('title', 'No file')}${end}`);

    expect(await readProblem(response)).toMatchObject({ kind: 'file-missing' });
    await expectNothingLeft(api);
  });

  it('an empty file', async () => {
    const api = await startApi();

    const response = await upload(api, { content: '' });

    expect(await readProblem(response)).toMatchObject({ kind: 'file-empty' });
    await expectNothingLeft(api);
  });

  it.each([
    ['of 10 kB', 'x'.repeat(10_000)],
    ['of 501 characters', 'x'.repeat(501)],
    ['of spaces', '   '],
    ['of two lines', 'one\ntwo'],
    ['with a NUL, which PostgreSQL cannot keep', 'a\0b'],
  ])('a title %s, before or after the file', async (_, title) => {
    const api = await startApi();

    for (const titleFirst of [true, false]) {
      const parts = [field('title', title), file('a video')];
      const response = await postRaw(api, `${(titleFirst ? parts : parts.toReversed()).join('')}${end}`);

      const problem = await readProblem(response);
      expect(problem.kind).toBe('validation');
      expect(problem.errors).toMatchObject([{ path: 'title' }]);
    }
    await expectNothingLeft(api);
  });

  it.each([
    ['a second file', `${file('one')}${file('two')}${end}`, 'file'],
    ['a second title', `${field('title', 'one')}${file('a video')}${field('title', 'two')}${end}`, 'title'],
    ['a part of another name', `${file('a video')}${field('titel', 'typo')}${end}`, 'titel'],
    ['a title that is a file', `${file('a video').replace('"file"', '"title"')}${end}`, 'title'],
  ])('%s', async (_, body, path) => {
    const api = await startApi();

    const problem = await readProblem(await postRaw(api, body));
    expect(problem.kind).toBe('validation');

    expect(problem.errors).toMatchObject([{ path }]);
    await expectNothingLeft(api);
  });

  it.each([
    ['a part without a name', `${file('x')}--test-boundary\r\n\r\nx\r\n${end}`],
    ['a part with broken headers', `${file('x')}--test-boundary\r\n: x\r\n\r\nx\r\n${end}`],
    ['a part with a huge header', `--test-boundary\r\nX: ${'x'.repeat(20_000)}\r\n\r\nx\r\n${end}`],
    ['a filename* that does not decode', file('x').replace('filename=', `filename*=utf-8''%ff; f=`) + end],
  ])('%s', async (_, body) => {
    const api = await startApi();

    expect(await readProblem(await postRaw(api, body))).toMatchObject({ kind: 'malformed-request' });

    await expectNothingLeft(api);
  });

  it('a body that ends before its closing boundary', async () => {
    const api = await startApi();

    expect(await readProblem(await postRaw(api, file('a video')))).toMatchObject({
      kind: 'upload-incomplete',
    });
    expect(await readProblem(await postRaw(api, 'nothing of a form'))).toMatchObject({
      kind: 'upload-incomplete',
    });
    expect(await readProblem(await postRaw(api, ''))).toMatchObject({ kind: 'upload-incomplete' });

    await expectNothingLeft(api);
  });

  it('a content type without a boundary', async () => {
    const api = await startApi();

    const response = await postRaw(api, file('x') + end, { 'content-type': 'multipart/form-data' });

    const problem = await readProblem(response);
    expect(problem.kind).toBe('malformed-request');
    expect(problem.detail).toContain('boundary');
  });

  it('a body of another content type', async () => {
    const api = await startApi();

    for (const type of ['application/json', 'video/mp4', 'multipart/form-dataX']) {
      expect(await readProblem(await postRaw(api, '{}', { 'content-type': type }))).toMatchObject({
        kind: 'unsupported-media-type',
      });
    }
  });

  it('a body over the limit that says so, and one that is sent in chunks', async () => {
    const api = await startApi({ limits: { maxBytes: 5_000 } });
    const body = `${field('title', 'Large')}${file('x'.repeat(6_000))}${end}`;

    const whole = await postRaw(api, body);
    const inChunks = await postRaw(api, chunked(...(body.match(/[^]{1,500}/g) ?? [])));

    expect(await readProblem(whole)).toMatchObject({ kind: 'upload-too-large' });
    expect(await readProblem(inChunks)).toMatchObject({ kind: 'upload-too-large' });

    await expectNothingLeft(api);
  });

  it('an upload when its rows cannot be written, and keeps no file', async () => {
    const api = await startApi({ spoils: true });
    await api.sql`ALTER TABLE orq.video_assets ADD CONSTRAINT refuse CHECK (title <> 'Refused')`;

    const response = await upload(api, { title: 'Refused', idempotencyKey: 'key' });

    const problem = await readProblem(response);
    expect(problem.kind).toBe('internal');
    expect(JSON.stringify(problem)).not.toContain('refuse"');
    await expectNothingLeft(api);
  });
});
