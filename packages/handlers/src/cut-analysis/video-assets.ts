import type { ClipVariant } from '@orq/contracts';
import type { Sql, TransactionSql } from '@orq/db';

/** The storage key of an uploaded video; undefined where there is no such video. */
export async function findStorageKey(sql: Sql, videoAssetId: string): Promise<string | undefined> {
  const [row] = await sql<{ storage_key: string }[]>`
    SELECT storage_key FROM orq.video_assets WHERE id = ${videoAssetId}`;
  return row?.storage_key;
}

export interface Analysis {
  videoAssetId: string;
  jobId: string;
  durationMs: number;
  clips: readonly ClipVariant[];
}

/** Writes what an analysis found. A later analysis of the same video takes the place of an earlier one. */
export async function saveAnalysis(tx: TransactionSql, analysis: Analysis): Promise<void> {
  const { videoAssetId, jobId, durationMs, clips } = analysis;
  await tx`UPDATE orq.video_assets SET duration_ms = ${durationMs} WHERE id = ${videoAssetId}`;
  await tx`DELETE FROM orq.clips WHERE video_asset_id = ${videoAssetId}`;
  if (clips.length === 0) return;
  const rows = clips.map((clip) => ({
    id: clip.clip_id,
    video_asset_id: videoAssetId,
    job_id: jobId,
    start_ms: clip.start_ms,
    end_ms: clip.end_ms,
    visual_score: clip.visual_score,
    score_parts: tx.json(clip.score_parts),
  }));
  await tx`INSERT INTO orq.clips ${tx(rows)}`;
}
