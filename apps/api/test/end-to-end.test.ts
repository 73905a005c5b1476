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

/** @returns the ids, and where the sample is known to cut */
async function uploadSample(url: string): Promise<UploadResult & { cutsMs: number[] }> {
  const video = join(await temporaryFolder(), 'sample.mp4');
  const { cutsMs } = await renderSample(video, { ffmpeg: await resolveFfmpeg() });
  const form = new FormData();
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
    const { data: clips } = await read(`${url}/videos/${video_asset_id}/clips`, ClipList);
    expect(clips.map((clip) => clip.id)).toEqual(result.variants.map((variant) => variant.clip_id));
    expect(clips).toHaveLength(3);
    const video = await read(`${url}/videos/${video_asset_id}`, VideoResource);
    expect(video.duration_ms).toBe(result.duration);
  });

  it('is cut into clips by POST /jobs/process in development, and by nothing else', async () => {
    const { env } = await ownSettings();
    const { url } = await startApiProcess({ ...env, NODE_ENV: 'development' });
    const process = async () =>
      ProcessResult.parse(await (await fetch(`${url}/jobs/process`, { method: 'POST' })).json());

    const before = await process();
    const { job_id } = await uploadSample(url);
    const ran = await process();
    const after = await process();

    expect(before).toEqual({ processed: false, message: 'No pending jobs in queue' });
    expect(ran).toMatchObject({ processed: true, job_id, job_type: 'cut_analysis', status: 'completed' });
    expect(after).toEqual(before);
  });
});
