import { type ClipVariant, cutAnalysis, type CutAnalysisResult } from '@orq/contracts';
import type { CutAnalysis } from '@orq/media';
import { defineHandler } from '@orq/queue';
import { v7 as uuidv7 } from 'uuid';
import type { HandlerDeps } from '../deps.ts';
import { permanentWhereNoRetryHelps } from '../permanent-faults.ts';
import { analyzeVideo, type Context } from './analyze-video.ts';
import { removeParts } from './part-storage.ts';
import { saveAnalysis } from './save-analysis.ts';
import { chooseSheetFrames } from './sheet-frames.ts';

/** Long enough to see the parts of an analysis end that was cancelled. */
const GRACE_MS = 10_000;

/**
 * Decodes an uploaded video once, finds its shots, chooses its clips, and writes both as the job completes, with the jobs that
 * render them: clips and renders come to be together, or not at all.
 */
export const cutAnalysisHandler = (deps: HandlerDeps) =>
  defineHandler(
    cutAnalysis,
    async (context: Context) => {
      const { input, job, log, commit } = context;
      const { analysis, parts } = await permanentWhereNoRetryHelps(() => analyzeVideo(context, deps));

      const result = toResult(analysis);
      const { shots, clips_created: created, duration: durationMs, variants: clips } = result;
      const { skipped } = analysis;
      log.info(
        { shots: shots.length, clips: created, duration: durationMs, parts, skipped },
        'video analysed',
      );
      const videoAssetId = input.video_asset_id;
      const sheets = { video_asset_id: videoAssetId, analysis_id: job.id, ...chooseSheetFrames(analysis) };
      const found = { videoAssetId, jobId: job.id, durationMs, clips, sheets };
      commit((tx) => saveAnalysis(tx, deps.queue, found));
      // Last, when all else is written: up to then another run may need them. What is left then, the sweep finds.
      const leftover = (error: unknown) =>
        log.warn({ err: error }, 'the parts of the video are still stored');
      if (parts > 1) commit(() => removeParts(deps.storage, job.id).catch(leftover));
      return result;
    },
    { graceMs: GRACE_MS },
  );

function toResult({ durationMs, shots, clips }: CutAnalysis): CutAnalysisResult {
  const variants = clips.map((clip): ClipVariant => ({
    clip_id: uuidv7(),
    start_ms: clip.startMs,
    end_ms: clip.endMs,
    poster_ms: clip.posterMs,
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
