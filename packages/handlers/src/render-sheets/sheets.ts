import type { Sql, StoredSheet, TransactionSql } from '@orq/db';

/** The storage key of a video whose clips are of this analysis; undefined where they are not, or there is no such video. */
export async function findVideoKey(
  sql: Sql,
  videoId: string,
  analysisId: string,
): Promise<string | undefined> {
  const [video] = await sql<{ key: string }[]>`
    SELECT storage_key AS key FROM orq.video_assets WHERE id = ${videoId} AND analysis_job_id = ${analysisId}`;
  return video?.key;
}

/** Names the sheets of a video. @returns false when a later analysis has taken the place of the one that they are of */
export async function saveSheets(
  tx: TransactionSql,
  { videoId, analysisId }: { videoId: string; analysisId: string },
  { contactSheet, storyboard }: { contactSheet: StoredSheet; storyboard: StoredSheet },
): Promise<boolean> {
  const { count } = await tx`
    UPDATE orq.video_assets
    SET contact_sheet = ${tx.json({ ...contactSheet })}, storyboard = ${tx.json({ ...storyboard })}
    WHERE id = ${videoId} AND analysis_job_id = ${analysisId}`;
  return count > 0;
}
