import { type ClipVariant, type JobInput, renderClip, renderSheets } from '@orq/contracts';
import type { TransactionSql } from '@orq/db';
import type { Queue } from '@orq/queue';

export interface Analysis {
  videoAssetId: string;
  jobId: string;
  durationMs: number;
  clips: readonly ClipVariant[];
  sheets: JobInput<typeof renderSheets>;
}

/** Sheets can wait until all clips that are due have been rendered. */
const SHEETS_PRIORITY = 10;

/**
 * Writes what an analysis found, and enqueues what is to be made of it. A later analysis of the same video takes the place of
 * an earlier one; what was rendered of that has no row any more, and the sweep of storage removes it.
 */
export async function saveAnalysis(tx: TransactionSql, queue: Queue, analysis: Analysis): Promise<void> {
  const { videoAssetId, jobId, durationMs, clips, sheets } = analysis;
  const { id: sheetsJobId } = await queue.enqueue(renderSheets, sheets, { tx, priority: SHEETS_PRIORITY });
  await tx`
    UPDATE orq.video_assets SET duration_ms = ${durationMs}, analysis_job_id = ${jobId},
      sheets_job_id = ${sheetsJobId}, contact_sheet = NULL, storyboard = NULL
    WHERE id = ${videoAssetId}`;
  await tx`DELETE FROM orq.clips WHERE video_asset_id = ${videoAssetId}`;
  if (clips.length === 0) return;

  const renders = clips.map((clip) => ({ clip_id: clip.clip_id }));
  const renderJobIds = await queue.enqueueMany(renderClip, renders, { tx });
  const rows = clips.map((clip, i) => ({
    id: clip.clip_id,
    video_asset_id: videoAssetId,
    job_id: jobId,
    start_ms: clip.start_ms,
    end_ms: clip.end_ms,
    poster_ms: clip.poster_ms ?? null,
    visual_score: clip.visual_score,
    score_parts: tx.json(clip.score_parts),
    render_job_id: renderJobIds[i] ?? null,
  }));
  await tx`INSERT INTO orq.clips ${tx(rows)}`;
}
