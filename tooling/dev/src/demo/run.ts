import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ClipResource,
  cutAnalysis,
  type CutAnalysisResult,
  type JobResource,
  type RenderState,
  type UploadResult,
  type VideoResource,
} from '@orq/contracts';
import { resolveFfmpeg } from '@orq/media';
import { renderSample } from '@orq/media/sample';
import type { DemoArguments } from './arguments.ts';
import { demoApi } from './api.ts';
import { showProgress } from './progress.ts';
import { checkCuts, clipTable, clock, mediaLines } from './report.ts';

const POLL_MS = 200;
/** After this long without a worker taking the job, it is worth a hint. In ms. */
const PATIENCE_MS = 5_000;

const say = (line: string) => void process.stdout.write(`${line}\n`);

interface Video {
  file: string;
  /** Where it is known to cut, in ms; undefined where nobody knows. */
  cutsMs: number[] | undefined;
}

async function renderTo(folder: string, signal: AbortSignal): Promise<Video> {
  say('Rendering a sample with known cuts');
  const ffmpeg = await resolveFfmpeg({ onWarning: () => undefined });
  const file = path.join(folder, 'sample.mp4');
  const { cutsMs } = await renderSample(file, { ffmpeg, signal });
  return { file, cutsMs };
}

/** @throws {Error} one line, when there is no such file */
async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch((cause: unknown) => {
    throw new Error(`There is no file ${file}`, { cause });
  });
  if (!found.isFile()) throw new Error(`${file} is not a file`);
  return found.size;
}

type DemoApi = ReturnType<typeof demoApi>;

async function upload(
  api: DemoApi,
  file: string,
  title: string | undefined,
  signal: AbortSignal,
): Promise<UploadResult> {
  const bytes = await sizeOf(file);
  const progress = showProgress('Uploading');
  try {
    const onSent = (sent: number) => progress.update(bytes === 0 ? 1 : sent / bytes);
    return await api.upload({ file, bytes, title, signal, onSent });
  } finally {
    progress.stop();
  }
}

function noteOn(job: JobResource, waitedMs: number): string {
  if (job.status === 'retry') return `attempt ${job.attempt} of ${job.max_attempts} failed: ${job.error}`;
  if (job.status === 'pending')
    return waitedMs > PATIENCE_MS ? 'no worker has taken it yet: is one running?' : '';
  return '';
}

/** Follows a job to its end. @throws {Error} with the job's error when it fails */
async function follow(api: DemoApi, jobId: string, signal: AbortSignal): Promise<CutAnalysisResult> {
  const progress = showProgress('Analysing');
  const since = performance.now();
  try {
    for (;;) {
      const job = await api.job(jobId);
      if (job.status === 'completed') {
        progress.update(1);
        return cutAnalysis.output.parse(job.result);
      }
      if (job.status === 'failed' || job.status === 'cancelled') {
        throw new Error(
          `The job ${job.status === 'failed' ? 'failed' : 'was cancelled'}: ${job.error ?? 'it says no more'}`,
        );
      }
      progress.update(job.progress ?? 0, noteOn(job, performance.now() - since));
      await sleep(POLL_MS, undefined, { signal });
    }
  } finally {
    progress.stop();
  }
}

const FINAL: ReadonlySet<RenderState['status']> = new Set(['completed', 'failed', 'cancelled']);

/** Waits until all that is to be rendered of a video has been, or has failed. */
async function followRenders(
  api: DemoApi,
  videoId: string,
  signal: AbortSignal,
): Promise<{ video: VideoResource; clips: ClipResource[] }> {
  const progress = showProgress('Rendering');
  try {
    for (;;) {
      const video = await api.video(videoId);
      const { data: clips } = await api.clips(videoId);
      const renders = [video.sheets, ...clips.map(({ render }) => render)];
      const ended = renders.filter((render) => !render || FINAL.has(render.status)).length;
      progress.update(ended / renders.length);
      if (ended === renders.length) return { video, clips };
      await sleep(POLL_MS, undefined, { signal });
    }
  } finally {
    progress.stop();
  }
}

/**
 * Uploads a video, follows its job, and prints its clips.
 *
 * @returns false when the sample's known cuts were not all found
 * @throws {Error} one line for people
 */
export async function runDemo(options: DemoArguments, signal: AbortSignal): Promise<boolean> {
  const { url } = options;
  const api = demoApi(url, signal, options.apiKey);
  if (options.file !== undefined) await sizeOf(options.file);
  await api.greet();

  const folder = await mkdtemp(path.join(tmpdir(), 'orq-demo-'));
  try {
    const video: Video =
      options.file === undefined ? await renderTo(folder, signal) : { file: options.file, cutsMs: undefined };
    const { video_asset_id, job_id } = await upload(api, video.file, options.title, signal);
    const job = `${url}/jobs/${job_id}`;
    const { duration, shots } = await follow(api, job_id, signal).catch((error: unknown) => {
      if (signal.aborted) say(`Stopped. The job goes on: ${job}`);
      throw error;
    });
    const { video: read, clips } = await followRenders(api, video_asset_id, signal);

    say(`\n${clock(duration)} of video, ${shots.length} shots, ${clips.length} clips\n${clipTable(clips)}`);
    say(`\n${mediaLines(url, read, clips)}`);
    say(`\nvideo          ${url}/videos/${video_asset_id}`);
    say(`clips          ${url}/videos/${video_asset_id}/clips`);
    say(`job            ${job}`);
    if (!video.cutsMs) return true;
    const check = checkCuts(video.cutsMs, shots);
    say(`\n${check.summary}`);
    return check.allFound;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
