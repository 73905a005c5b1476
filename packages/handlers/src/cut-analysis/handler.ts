import { type ClipVariant, cutAnalysis, type CutAnalysisResult } from '@orq/contracts';
import { analyzeCuts, type CutAnalysis, MediaError } from '@orq/media';
import { defineHandler, PermanentError } from '@orq/queue';
import { ObjectNotFoundError } from '@orq/storage';
import { v7 as uuidv7 } from 'uuid';
import type { HandlerDeps } from '../deps.ts';
import { findStorageKey, saveAnalysis } from './video-assets.ts';

/** Decodes an uploaded video once, finds its shots, chooses its clips, and writes both as the job completes. */
export const cutAnalysisHandler = ({ sql, storage, ffmpeg }: HandlerDeps) =>
  defineHandler(cutAnalysis, async ({ input, job, signal, progress, log, commit }) => {
    const videoAssetId = input.video_asset_id;
    const key = await findStorageKey(sql, videoAssetId);
    if (!key)
      throw new PermanentError(`There is no video ${videoAssetId}: it was deleted, or never uploaded`);

    const analysis = await permanentWhereNoRetryHelps(async () => {
      await using file = await storage.localFile(key, { signal });
      return analyzeCuts(file.path, { ffmpeg, signal, onProgress: progress });
    });

    const result = toResult(analysis);
    log.info(
      { shots: result.shots.length, clips: result.clips_created, duration: result.duration },
      'video analysed',
    );
    commit((tx) =>
      saveAnalysis(tx, { videoAssetId, jobId: job.id, durationMs: result.duration, clips: result.variants }),
    );
    return result;
  });

/** A file that is not a video will not be one at the next attempt, and a file that is gone will not come back. */
async function permanentWhereNoRetryHelps<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MediaError) throw new PermanentError(error.message, { cause: error.cause });
    if (error instanceof ObjectNotFoundError) {
      throw new PermanentError('The uploaded file is no longer in storage: upload the video again');
    }
    throw error;
  }
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
