import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cutAnalysis, CutAnalysisResult } from '@orq/contracts';
import { resolveFfmpeg } from '@orq/media';
import { renderSample } from '@orq/media/sample';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStudio } from './support.ts';

let folder: string;
let video: string;
let sample: Awaited<ReturnType<typeof renderSample>>;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'orq-analysis-'));
  video = path.join(folder, 'sample.mp4');
  sample = await renderSample(video, { ffmpeg: await resolveFfmpeg() });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('cut_analysis', () => {
  test('finds the cuts of a real video, and writes its clips as the job completes', async () => {
    await using studio = await openStudio();
    const { videoAssetId, jobId } = await studio.upload(video);

    const processed = await studio.processOne();

    expect(processed).toMatchObject({ processed: true, job_id: jobId, status: 'completed', error: null });
    const job = await studio.queue.get(jobId);
    const result = CutAnalysisResult.parse(job?.result);
    const starts = result.shots.map((shot) => shot.start_ms);
    expect(starts.slice(1)).toEqual(sample.cutsMs);
    expect(Math.abs(result.duration - sample.durationMs)).toBeLessThanOrEqual(1);

    const clips = await studio.sql`
      SELECT id, job_id, start_ms, end_ms, visual_score FROM orq.clips
      WHERE video_asset_id = ${videoAssetId} ORDER BY start_ms`;
    expect(clips).toHaveLength(result.clips_created);
    expect(clips.map((clip) => clip['id'])).toEqual(result.variants.map((variant) => variant.clip_id));
    expect(clips.length).toBeGreaterThanOrEqual(3);
    for (const { start_ms } of result.variants) expect(starts).toContain(start_ms);
  });

  test('chooses as many clips, and as long ones, as it is asked for', async () => {
    await using studio = await openStudio();
    const { videoAssetId } = await studio.upload(video, { count: 2, min_ms: 3000 });

    await studio.processOne();

    const clips = await studio.sql<{ length: number }[]>`
      SELECT end_ms - start_ms AS length FROM orq.clips WHERE video_asset_id = ${videoAssetId}`;
    expect(clips).toHaveLength(2);
    expect(Math.min(...clips.map(({ length }) => length))).toBeGreaterThanOrEqual(3000);
  });

  test('of the same video again replaces its clips', async () => {
    await using studio = await openStudio();
    const { videoAssetId } = await studio.upload(video);
    await studio.processOne();
    const again = await studio.queue.enqueue(cutAnalysis, { video_asset_id: videoAssetId }, { priority: -1 });

    await studio.processOne();

    const jobs =
      await studio.sql`SELECT DISTINCT job_id FROM orq.clips WHERE video_asset_id = ${videoAssetId}`;
    expect(jobs.map((row) => row['job_id'])).toEqual([again.id]);
  });

  test('of a text file renamed .mp4 fails at once, with an error that a person can read', async () => {
    await using studio = await openStudio();
    const { videoAssetId, jobId } = await studio.upload(
      await studio.file('notes.mp4', 'these are my notes\n'.repeat(50)),
    );

    await studio.processOne();
    const second = await studio.processOne();

    const job = await studio.queue.get(jobId);
    expect(job).toMatchObject({ status: 'failed', attempt: 1 });
    expect(job?.error).toMatch(/^The file is not a video .* ffmpeg wrote:\n.*Invalid data found/s);
    expect(second.processed).toBe(false);
    expect(await studio.sql`SELECT FROM orq.clips WHERE video_asset_id = ${videoAssetId}`).toHaveLength(0);
  });

  test('of a video whose file is gone fails at once, and says what to do', async () => {
    await using studio = await openStudio();
    const { videoAssetId, jobId } = await studio.upload(await studio.file('gone.mp4', 'x'));
    await studio.storage.delete(`videos/${videoAssetId}`);

    await studio.processOne();

    const job = await studio.queue.get(jobId);
    expect(job).toMatchObject({ status: 'failed', attempt: 1 });
    expect(job?.error).toMatch(/no longer in storage: upload the video again/);
  });

  test('of a video that was deleted fails at once', async () => {
    await using studio = await openStudio();
    const { id } = await studio.queue.enqueue(cutAnalysis, {
      video_asset_id: '0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69',
    });

    await studio.processOne();

    expect(await studio.queue.get(id)).toMatchObject({
      status: 'failed',
      attempt: 1,
      error: 'There is no video 0190f6e2-7c3b-7b1a-8e4e-1f2d3c4b5a69: it was deleted, or never uploaded',
    });
  });
});
