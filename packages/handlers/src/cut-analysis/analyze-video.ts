import type { cutAnalysis, JobInput } from '@orq/contracts';
import { cutAnalysisPart } from '@orq/contracts/jobs/cut-analysis-part';
import {
  analyzeCuts,
  conclude,
  type CutAnalysis,
  isSeekable,
  measureQuiet,
  type MediaInfo,
  planSegments,
  probe,
  type ReadPackets,
  readPackets,
  type Segment,
} from '@orq/media';
import type { JobContext } from '@orq/queue';
import type { HandlerDeps } from '../deps.ts';
import { measureInParts } from './measure-in-parts.ts';
import { wasSplit } from './part-storage.ts';
import { DEFAULT_SPLITTING } from './splitting.ts';
import { openVideo } from './video-file.ts';

export type Context = JobContext<JobInput<typeof cutAnalysis>>;

export interface VideoAnalysis {
  analysis: CutAnalysis;
  /** In how many parts the video was decoded. */
  parts: number;
}

/**
 * Decodes a video and concludes from it: a long one in parts, by whichever workers are free, and any other here and in one go,
 * as well as a long one of which little has to be decoded. What is found is the same.
 */
export async function analyzeVideo(context: Context, deps: HandlerDeps): Promise<VideoAnalysis> {
  const { input, job, signal, log, lendSlot } = context;
  const { ffmpeg } = deps;
  const videoAssetId = input.video_asset_id;
  const clips = { count: input.clips?.count, minMs: input.clips?.min_ms, maxMs: input.clips?.max_ms };
  const progress = neverFalling(context.progress);
  const inOneGo = async (file: string) => ({
    analysis: await analyzeCuts(file, { ffmpeg, signal, onProgress: progress, clips }),
    parts: 1,
  });

  let plan: Plan;
  {
    await using file = await openVideo(deps, videoAssetId, signal);
    plan = await planAnalysis(file.path, context, deps);
    // Awaited here: the file is gone once this block is left.
    if (plan.segments.length < 2) return await inOneGo(file.path);
    // As one worker alone would have it: the same comes out however many there are.
    const onProgress = (ms: number) => progress(Math.min(1, ms / plan.durationMs));
    const { info, packets } = plan;
    const quiet = await measureQuiet(file.path, { ffmpeg, info, packets, signal, onProgress });
    if (quiet) return { analysis: conclude(quiet, info, clips), parts: 1 };
  }
  const { info, segments, durationMs } = plan;
  const video = { videoAssetId, segments, durationMs };
  const measurement = await measureInParts(video, { job, signal, progress, log, lendSlot }, deps);
  if (measurement) return { analysis: conclude(measurement, info, clips), parts: segments.length };
  await using file = await openVideo(deps, videoAssetId, signal);
  return await inOneGo(file.path);
}

/** A part that is tried again, or a second way of doing it all, begins from 0. */
function neverFalling(progress: Context['progress']): Context['progress'] {
  let reached = 0;
  return (fraction) => {
    reached = Math.max(reached, fraction);
    progress(reached);
  };
}

interface Plan {
  info: MediaInfo;
  /** How long the video is said to be. */
  durationMs: number;
  /** None where it is to be decoded in one go. */
  segments: Segment[];
  /** What the segments were planned by. */
  packets?: ReadPackets;
}

async function planAnalysis(
  file: string,
  { job, signal }: Context,
  { queue, storage, ffmpeg, splitting = DEFAULT_SPLITTING }: HandlerDeps,
): Promise<Plan> {
  const { fromMs, fromWorkers, partMs } = splitting;
  const options = { ffmpeg, signal };
  const info = await probe(file, options);
  const durationMs = info.videoEndMs ?? info.durationMs ?? 0;
  const isShared = async () =>
    (await queue.countWorkers(cutAnalysisPart, job.queue)) >= fromWorkers || wasSplit(storage, job.id);
  if (durationMs < fromMs || !isSeekable(info) || !(await isShared())) {
    return { info, durationMs, segments: [] };
  }
  const read = await readPackets(file, { ...options, info });
  return { info, durationMs, segments: planSegments(read.packets, partMs(durationMs)), packets: read };
}
