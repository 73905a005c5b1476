import { ProblemError, type UploadProgress } from '@orq/contracts';
import { describe, expect, it } from 'vitest';
import { startApi } from './support/api.ts';
import { clientOf, unreliableFetch } from './support/client.ts';

const video = (bytes: number) => new Uint8Array(bytes).fill(7);

/** A stream of so many chunks of 64 KiB. */
function stream(chunks: number): ReadableStream<Uint8Array> {
  let left = chunks;
  return new ReadableStream({
    pull(controller) {
      if (left === 0) return controller.close();
      left -= 1;
      controller.enqueue(video(64 * 1024));
    },
  });
}

describe('an upload', () => {
  it('of a file takes its name, and tells how far it has come', async () => {
    const api = await startApi();
    const orq = clientOf(api);
    const file = new File([video(300_000)], 'my "best"\nvideo.mp4', { type: 'video/mp4' });
    const progress: UploadProgress[] = [];

    const { video_asset_id, job_id } = await orq.upload(file, {
      title: 'Mein schönster Tag',
      onProgress: (step) => progress.push(step),
    });

    expect(await orq.videos.get(video_asset_id)).toMatchObject({
      title: 'Mein schönster Tag',
      content_type: 'video/mp4',
      size_bytes: 300_000,
    });
    expect(await orq.jobs.get(job_id)).toMatchObject({ job_type: 'cut_analysis' });
    expect(await orq.videos.clips(video_asset_id)).toEqual([]);
    expect(progress[0]).toEqual({ sent: 0, total: 300_000 });
    expect(progress.at(-1)).toEqual({ sent: 300_000, total: 300_000 });
    expect(progress.map(({ sent }) => sent)).toEqual(
      progress.map(({ sent }) => sent).toSorted((a, b) => a - b),
    );
  });

  it('of a stream needs no length', async () => {
    const api = await startApi();
    const orq = clientOf(api);

    const { video_asset_id } = await orq.upload(stream(10), { filename: 'stream.mp4' });

    expect(await orq.videos.get(video_asset_id)).toMatchObject({
      title: 'stream.mp4',
      filename: 'stream.mp4',
      content_type: 'application/octet-stream',
      size_bytes: 640 * 1024,
    });
  });

  it('that is refused before it has been sent throws the problem', async () => {
    const api = await startApi({ limits: { maxBytes: 100_000 } });

    const error = await clientOf(api)
      .upload(stream(1_000))
      .catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({ kind: 'upload-too-large', status: 413 });
  });

  it('of a file is sent again when the connection breaks, and makes one video', async () => {
    const api = await startApi();
    const broken = () => Promise.reject(new TypeError('terminated'));
    const { fetch: unreliable, calls } = unreliableFetch([broken, broken]);

    await clientOf(api, { fetch: unreliable }).upload(new Blob([video(1_000)]));

    expect(new Set(calls.map(({ headers }) => headers.get('idempotency-key'))).size).toBe(1);
    expect(await api.countRows()).toMatchObject({ videos: 1, jobs: 1 });
  });

  it('ends when its signal is aborted', async () => {
    const api = await startApi();
    const controller = new AbortController();
    const reason = new Error('enough');
    const endless = new ReadableStream<Uint8Array>({
      pull: (pulling) => pulling.enqueue(video(64 * 1024)),
    });

    const uploading = clientOf(api).upload(endless, {
      signal: controller.signal,
      onProgress: ({ sent }) => sent > 1_000_000 && controller.abort(reason),
    });

    await expect(uploading).rejects.toBe(reason);
    expect(await api.countRows()).toMatchObject({ videos: 0 });
  });
});
