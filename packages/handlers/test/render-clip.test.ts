import { readdir } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { renderClip, RenderClipResult } from '@orq/contracts';
import { resolveFfmpeg } from '@orq/media';
import { renderSample } from '@orq/media/sample';
import { waitFor, WITHIN_A_SECOND } from '@orq/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openStudio, type Studio } from './support.ts';

/** Uploads a sample and analyses it, so that its renders are due. */
async function analysed(studio: Studio) {
  const file = await studio.file('sample.mp4');
  await renderSample(file, { ffmpeg: studio.ffmpeg, shotsMs: [1200, 1200, 1200] });
  const { videoAssetId } = await studio.upload(file, { count: 2, min_ms: 1000 });
  await studio.processOne();
  return { videoAssetId, clips: await clipsOf(studio, videoAssetId) };
}

interface ClipRow {
  id: string;
  renderJobId: string;
  media: { key: string; bytes: number; sha256: string } | null;
  poster: { key: string } | null;
}

const clipsOf = (studio: Studio, videoAssetId: string) => studio.sql<ClipRow[]>`
  SELECT id, render_job_id AS "renderJobId", media, poster FROM orq.clips
  WHERE video_asset_id = ${videoAssetId} ORDER BY start_ms`;

async function read(studio: Studio, key: string): Promise<Buffer> {
  return Buffer.from(await new Response((await studio.storage.get(key)).stream).arrayBuffer());
}

describe('render_clip', () => {
  test('renders each chosen clip and its poster, and render_sheets makes the sheets of the video', async () => {
    await using studio = await openStudio();
    const { videoAssetId } = await analysed(studio);

    await studio.processAll();

    const clips = await clipsOf(studio, videoAssetId);
    for (const { id, renderJobId, media, poster } of clips) {
      const job = await studio.queue.get(renderJobId);
      expect(job).toMatchObject({ status: 'completed', progress: 1 });
      const result = RenderClipResult.parse(job?.result);
      expect(result).toMatchObject({ clip_id: id, width: 640, height: 360, media_bytes: media?.bytes });
      const bytes = await read(studio, media?.key ?? '');
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(media?.sha256);
      expect(bytes.toString('latin1', 4, 8)).toBe('ftyp');
      expect((await read(studio, poster?.key ?? '')).readUInt16BE(0)).toBe(0xffd8);
    }
    const [video] = await studio.sql`SELECT contact_sheet, storyboard FROM orq.video_assets`;
    expect(video).toMatchObject({
      contact_sheet: { layout: { total: 3, columns: 3, rows: 1, cell_width: 240, cell_height: 136 } },
      storyboard: { layout: { total: 3, columns: 3, rows: 1, cell_width: 160, cell_height: 90 } },
    });
    const stored = [videoAssetId, ...clips.map(({ id }) => id)].sort();
    expect(new Set((await studio.storedKeys()).map((key) => key.match(/[\da-f-]{36}/)?.[0]))).toEqual(
      new Set(stored),
    );
  });

  test('of a clip that is rendered already takes its place, with the same bytes', async () => {
    await using studio = await openStudio();
    const { videoAssetId } = await analysed(studio);
    await studio.processOne();
    const rendered = async () => (await clipsOf(studio, videoAssetId)).find(({ media }) => media !== null);
    const before = await rendered();

    await studio.queue.enqueue(renderClip, { clip_id: before?.id ?? '' }, { priority: -1 });
    await studio.processOne();

    const after = await rendered();
    expect(after?.media).toMatchObject({ sha256: before?.media?.sha256, bytes: before?.media?.bytes });
    expect(after?.media?.key).not.toBe(before?.media?.key);
    expect(await read(studio, after?.media?.key ?? '')).toHaveLength(after?.media?.bytes ?? -1);
  });

  test('of a clip that was replaced while it was rendered fails, and leaves no file', async () => {
    await using studio = await openStudio({
      beforePut: async (key, sql) => (key.endsWith('.mp4') ? sql`DELETE FROM orq.clips` : undefined),
    });
    const { videoAssetId, clips } = await analysed(studio);
    await studio.sql`DELETE FROM orq.ready`;
    const retry = { delayMs: 0 };
    const { id } = await studio.queue.enqueue(renderClip, { clip_id: clips[0]?.id ?? '' }, { retry });

    await studio.processOne();
    const first = await studio.queue.get(id);
    await studio.processOne();

    expect(first).toMatchObject({ status: 'retry', error: expect.stringContaining('was replaced while') });
    expect(await studio.queue.get(id)).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/^There is no clip .*: a later analysis of its video has replaced it$/),
    });
    expect(await studio.storedKeys()).toEqual([`videos/${videoAssetId}`]);
  });

  test(
    'that is cancelled ends ffmpeg within a second, and leaves no file anywhere',
    WITHIN_A_SECOND,
    async () => {
      await using studio = await openStudio();
      const ffmpeg = await studio.realTimeFfmpeg();
      const file = await studio.file('sample.mp4');
      await renderSample(file, { ffmpeg: await resolveFfmpeg(), shotsMs: [8000] });
      const { videoAssetId } = await studio.upload(file);
      await studio.processOne();
      const [clip] = await clipsOf(studio, videoAssetId);
      const jobId = clip?.renderJobId ?? '';
      const temporary = await studio.temporaryFolder();
      vi.stubEnv('TMPDIR', temporary);
      onTestFinished(() => void vi.unstubAllEnvs());
      const written = () => readdir(temporary, { recursive: true });

      await studio.startWorker({ ffmpeg, types: ['render_clip'] });
      await waitFor(async () => (await written()).some((name) => name.endsWith('clip.mp4')), {
        describe: 'ffmpeg is encoding',
      });
      const cancelledAt = performance.now();
      await studio.queue.cancel(jobId);
      await waitFor(async () => (await studio.queue.get(jobId))?.status === 'cancelled', {
        describe: 'the job is cancelled',
      });

      expect(performance.now() - cancelledAt).toBeLessThan(1500);
      expect(await written()).toEqual([]);
      expect(await studio.storedKeys()).toEqual([`videos/${videoAssetId}`]);
    },
  );
});
