import { cutAnalysisPart } from '@orq/contracts/jobs/cut-analysis-part';
import { measure, MediaError, probe } from '@orq/media';
import { defineHandler } from '@orq/queue';
import type { HandlerDeps } from '../deps.ts';
import { permanentWhereNoRetryHelps } from '../permanent-faults.ts';
import { removeParts, writePart } from './part-storage.ts';
import { toSegment } from './segment-input.ts';
import { openVideo } from './video-file.ts';
import { UnwantedError, whileWanted } from './while-wanted.ts';

/** Measures one part of a video, and leaves what it measured in storage, for the analysis that waits for it. */
export const cutAnalysisPartHandler = ({ sql, queue, storage, ffmpeg }: HandlerDeps) =>
  defineHandler(cutAnalysisPart, async ({ input, job, signal, progress }) => {
    const { analysis_job_id: parentId, video_asset_id: videoAssetId } = input;
    const segment = toSegment(input.segment);

    const measureAndStore = async (wanted: AbortSignal): Promise<boolean> => {
      await using file = await openVideo({ sql, storage }, videoAssetId, wanted);
      const info = await probe(file.path, { ffmpeg, signal: wanted });
      const [fromMs, toMs] = [Math.max(0, segment.seekMs), Math.min(segment.endMs, info.durationMs ?? 0)];
      const onProgress = (ms: number) => progress((ms - fromMs) / (toMs - fromMs));
      const options = { ffmpeg, info, segment, signal: wanted, onProgress };
      const measurement = await measure(file.path, options).catch(nullIfUnreadable);
      if (!measurement || measurement.damaged) return false;
      await writePart(storage, parentId, segment, measurement, wanted);
      return true;
    };
    try {
      const wanted = { queue, parentId, job, signal };
      return { intact: await permanentWhereNoRetryHelps(() => whileWanted(wanted, measureAndStore)) };
    } catch (error) {
      // Nobody may be left who would.
      if (error instanceof UnwantedError) await removeParts(storage, parentId);
      throw error;
    }
  });

function nullIfUnreadable(error: unknown): null {
  if (error instanceof MediaError) return null;
  throw error;
}
