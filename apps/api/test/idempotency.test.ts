import { UploadResult } from '@orq/contracts';
import { describe, expect, it } from 'vitest';
import { startApi } from './support/api.ts';
import { readProblem } from './support/problem.ts';
import { upload } from './support/upload.ts';

const once = { videos: 1, jobs: 1, keys: 1 };

describe('an Idempotency-Key', () => {
  it('gives the same upload the same answer, and makes one job', async () => {
    const api = await startApi();
    const same = { title: 'Twice', idempotencyKey: 'key-1' };

    const first = await upload(api, same);
    const second = await upload(api, { ...same, titleFirst: true });

    expect(second.status).toBe(201);
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
    expect(UploadResult.parse(await second.json())).toEqual(await first.json());
    expect(await api.countRows()).toEqual(once);
    expect(await api.storedFiles()).toHaveLength(1);
  });

  it('does so when the uploads arrive at once', async () => {
    const api = await startApi();

    const responses = await Promise.all(
      Array.from({ length: 8 }, () => upload(api, { idempotencyKey: 'key-1' })),
    );

    const answers = await Promise.all(responses.map((response) => response.json()));
    expect(new Set(answers.map((answer) => JSON.stringify(UploadResult.parse(answer)))).size).toBe(1);
    expect(await api.countRows()).toEqual(once);
    expect(await api.storedFiles()).toHaveLength(1);
  });

  it.each([
    ['content', { content: 'another video' }],
    ['title', { title: 'Another' }],
    ['filename', { filename: 'another.mp4' }],
    ['choice of clips', { clipCount: 2 }],
  ])('is refused for another %s', async (_, other) => {
    const api = await startApi();
    await upload(api, { title: 'First', idempotencyKey: 'key-1' });

    const response = await upload(api, { title: 'First', idempotencyKey: 'key-1', ...other });

    expect(await readProblem(response)).toMatchObject({ kind: 'idempotency-key-reused' });
    expect(await api.countRows()).toEqual(once);
    expect(await api.storedFiles()).toHaveLength(1);
  });

  it('is free again after an upload that failed', async () => {
    const api = await startApi();
    expect(await readProblem(await upload(api, { content: '', idempotencyKey: 'key-1' }))).toMatchObject({
      kind: 'file-empty',
    });

    const response = await upload(api, { idempotencyKey: 'key-1' });

    expect(response.status).toBe(201);
  });

  it('has at most 255 characters', async () => {
    const api = await startApi();

    const problem = await readProblem(await upload(api, { idempotencyKey: 'k'.repeat(256) }));
    expect(problem.kind).toBe('validation');

    expect(problem.errors).toMatchObject([{ path: 'idempotency-key' }]);
    expect((await upload(api, { idempotencyKey: 'k'.repeat(255) })).status).toBe(201);
  });

  it('is not needed: the same file may be uploaded again', async () => {
    const api = await startApi();

    await upload(api);
    await upload(api);

    expect(await api.countRows()).toEqual({ videos: 2, jobs: 2, keys: 0 });
  });
});
