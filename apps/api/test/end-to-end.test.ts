import { openAsBlob } from 'node:fs';
import { join } from 'node:path';
import {
  ClipList,
  cutAnalysis,
  JobResource,
  ProcessResult,
  UploadResult,
  VideoResource,
} from '@orq/contracts';
import { resolveFfmpeg } from '@orq/media';
import { renderSample } from '@orq/media/sample';
import { waitFor } from '@orq/testing';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { temporaryFolder } from './support/api.ts';
import { ownSettings, startApiProcess } from './support/api-process.ts';

interface SampleUpload {
  shotsMs?: number[];
  clip_count?: string;
  clip_max_ms?: string;
}

/** @returns the ids, and where the sample is known to cut */
async function uploadSample(
  url: string,
  { shotsMs, ...fields }: SampleUpload = {},
): Promise<UploadResult & { cutsMs: number[] }> {
  const video = join(await temporaryFolder(), 'sample.mp4');
  const { cutsMs } = await renderSample(video, { ffmpeg: await resolveFfmpeg(), shotsMs });
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', await openAsBlob(video), 'sample.mp4');
  const response = await fetch(`${url}/upload`, { method: 'POST', body: form });
  return { ...UploadResult.parse(await response.json()), cutsMs };
}

async function read<Schema extends z.ZodType>(url: string, schema: Schema): Promise<z.output<Schema>> {
  return schema.parse(await (await fetch(url)).json());
}

describe('an uploaded video', () => {
  it('is cut into clips by an api that works jobs itself', async () => {
    const { env } = await ownSettings();
    const { url } = await startApiProcess({ ...env, WORKER_ENABLED: 'true' });

    const { video_asset_id, job_id, cutsMs } = await uploadSample(url);
    const readJob = () => read(`${url}/jobs/${job_id}`, JobResource);
    await waitFor(async () => (await readJob()).finished_at, { describe: 'the job is finished' });
    const job = await readJob();

    expect(job).toMatchObject({ status: 'completed', attempt: 1, error: null });
    const result = cutAnalysis.output.parse(job.result);
    expect(result.shots.slice(1).map((shot) => shot.start_ms)).toEqual(cutsMs);
    const readClips = () => read(`${url}/videos/${video_asset_id}/clips`, ClipList);
    const { data: clips } = await readClips();
    expect(clips.map((clip) => clip.id)).toEqual(result.variants.map((variant) => variant.clip_id));
    expect(clips).toHaveLength(3);
    const readVideo = () => read(`${url}/videos/${video_asset_id}`, VideoResource);
    expect((await readVideo()).duration_ms).toBe(result.duration);

    const allRendered = async () =>
      (await readVideo()).storyboard && (await readClips()).data.every((clip) => clip.media_url);
    await waitFor(allRendered, { describe: 'all is rendered', timeoutMs: 60_000 });
    const { data: rendered } = await readClips();
    for (const { media_url, poster_url } of rendered) {
      const media = await fetch(url + media_url, { headers: { range: 'bytes=4-7' } });
      expect([media.status, await media.text()]).toEqual([206, 'ftyp']);
      expect((await fetch(url + poster_url)).headers.get('content-type')).toBe('image/jpeg');
    }
    const { contact_sheet } = await readVideo();
    expect(contact_sheet).toMatchObject({ total: result.shots.length, columns: 6, rows: 1 });
    expect((await fetch(url + contact_sheet?.url)).headers.get('content-type')).toBe('image/jpeg');
  });

  it('is cut into clips, as many as asked for, by POST /jobs/process in development, and by nothing else', async () => {
    const { env } = await ownSettings();
    const { url } = await startApiProcess({ ...env, NODE_ENV: 'development' });
    const process = async () =>
      ProcessResult.parse(await (await fetch(`${url}/jobs/process`, { method: 'POST' })).json());

    const before = await process();
    const { job_id } = await uploadSample(url, {
      shotsMs: [1000, 1000],
      clip_count: '1',
      clip_max_ms: '1000',
    });
    const ran = await process();
    const types = [];
    let next = await process();
    for (; next.processed; next = await process()) types.push(next.job_type);

    expect(before).toEqual({ processed: false, message: 'No pending jobs in queue' });
    expect(ran).toMatchObject({ processed: true, job_id, job_type: 'cut_analysis', status: 'completed' });
    expect(ran).toMatchObject({ result: { clips_created: 1 } });
    expect(types).toEqual(['render_clip', 'render_sheets']);
    expect(next).toEqual(before);
  });
});
