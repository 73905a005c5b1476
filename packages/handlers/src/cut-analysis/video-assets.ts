import type { Sql } from '@orq/db';

/** The storage key of an uploaded video; undefined where there is no such video. */
export async function findStorageKey(sql: Sql, videoAssetId: string): Promise<string | undefined> {
  const [row] = await sql<{ storage_key: string }[]>`
    SELECT storage_key FROM orq.video_assets WHERE id = ${videoAssetId}`;
  return row?.storage_key;
}
