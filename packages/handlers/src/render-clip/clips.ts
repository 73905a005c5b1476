import type { Sql, StoredMedia, TransactionSql } from '@orq/db';

export interface ClipToRender {
  /** Where storage keeps the video that it is a clip of. */
  videoKey: string;
  startMs: number;
  endMs: number;
  posterMs: number;
}

/** @returns undefined where there is no such clip */
export async function findClip(sql: Sql, clipId: string): Promise<ClipToRender | undefined> {
  const [clip] = await sql<ClipToRender[]>`
    SELECT v.storage_key AS "videoKey", c.start_ms AS "startMs", c.end_ms AS "endMs",
      coalesce(c.poster_ms, (c.start_ms + c.end_ms) / 2) AS "posterMs"
    FROM orq.clips c JOIN orq.video_assets v ON v.id = c.video_asset_id
    WHERE c.id = ${clipId}`;
  return clip;
}

/** Names what was rendered of a clip. @returns false where there is no such clip any more */
export async function saveRender(
  tx: TransactionSql,
  clipId: string,
  { media, poster }: { media: StoredMedia; poster: StoredMedia },
): Promise<boolean> {
  const { count } = await tx`
    UPDATE orq.clips SET media = ${tx.json({ ...media })}, poster = ${tx.json({ ...poster })} WHERE id = ${clipId}`;
  return count > 0;
}
