import { type ClipVariant, cutAnalysis, type CutAnalysisResult } from '@orq/contracts';
import { cutAnalysisPart } from '@orq/contracts/jobs/cut-analysis-part';
import {
  analyzeCuts,
  conclude,
  type CutAnalysis,
  type MediaInfo,
  planSegments,
  probe,
  type Segment,
} from '@orq/media';
import { defineHandler, type JobContext } from '@orq/queue';
import { v7 as uuidv7 } from 'uuid';
import type { HandlerDeps } from '../deps.ts';
import { measureInParts } from './measure-in-parts.ts';
import { removeParts, wasSplit } from './part-storage.ts';
import { permanentMediaErrors } from './permanent-media-errors.ts';
import { DEFAULT_SPLITTING } from './splitting.ts';
import { saveAnalysis } from './video-assets.ts';
import { openVideo } from './video-file.ts';

/** Long enough to see the parts of an analysis end that was cancelled. */
const GRACE_MS = 10_000;

type Context = JobContext<{ video_asset_id: string }>;

/**
 * Decodes an uploaded video once, finds its shots, chooses its clips, and writes both as the job completes. A long video is
 * decoded in parts, by whichever workers are free; what is found is the same.
 */
export const cutAnalysisHandler = (deps: HandlerDeps) =>
  defineHandler(
    cutAnalysis,
    async (context: Context) => {
      const { input, job, log, commit } = context;
      const { analysis, parts } = await permanentMediaErrors(() => analyze(context, deps));

      const result = toResult(analysis);
      const { shots, clips_created: clips, duration } = result;
      log.info({ shots: shots.length, clips, duration, parts }, 'video analysed');
      const found = { jobId: job.id, durationMs: duration, clips: result.variants };
      commit((tx) => saveAnalysis(tx, { videoAssetId: input.video_asset_id, ...found }));
      // Last, when all else is written: up to then another run may need them. What is left then, the sweep finds.
      const leftover = (error: unknown) =>
        log.warn({ err: error }, 'the parts of the video are still stored');
      if (parts > 1) commit(() => removeParts(deps.storage, job.id).catch(leftover));
      return result;
    },
    { graceMs: GRACE_MS },
  );

interface Analysis {
  analysis: CutAnalysis;
  /** In how many parts the video was decoded. */
  parts: number;
}

async function analyze(context: Context, deps: HandlerDeps): Promise<Analysis> {
  const { input, job, signal, log, lendSlot } = context;
  const { ffmpeg } = deps;
  const videoAssetId = input.video_asset_id;
  const progress = neverFalling(context.progress);
  const inOneGo = async (file: string) => ({
    analysis: await analyzeCuts(file, { ffmpeg, signal, onProgress: progress }),
    parts: 1,
  });

  let plan: Plan;
  {
    await using file = await openVideo(deps, videoAssetId, signal);
    plan = await planAnalysis(file.path, context, deps);
    if (plan.segments.length < 2) return inOneGo(file.path);
  }
  const { info, segments, durationMs } = plan;
  const video = { videoAssetId, segments, durationMs };
  const measurement = await measureInParts(video, { job, signal, progress, log, lendSlot }, deps);
  if (measurement) return { analysis: conclude(measurement, info), parts: segments.length };
  await using file = await openVideo(deps, videoAssetId, signal);
  return inOneGo(file.path);
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
  if (durationMs < fromMs || !(await isShared())) return { info, durationMs, segments: [] };
  const segments = await planSegments(file, { ...options, info, targetMs: partMs(durationMs) });
  return { info, durationMs, segments };
}

function toResult({ durationMs, shots, clips }: CutAnalysis): CutAnalysisResult {
  const variants = clips.map((clip): ClipVariant => ({
    clip_id: uuidv7(),
    start_ms: clip.startMs,
    end_ms: clip.endMs,
    visual_score: clip.visualScore,
    score_parts: clip.scoreParts,
  }));
  return {
    clips_created: variants.length,
    duration: durationMs,
    variants,
    shots: shots.map((shot) => ({
      start_ms: shot.startMs,
      end_ms: shot.endMs,
      transition: shot.transition,
      transition_start_ms: shot.transitionStartMs,
      transition_end_ms: shot.transitionEndMs,
    })),
  };
}
