import type { Sql } from '@orq/db';

/** Which of these storage keys belong to no video. */
export async function unknownKeys(sql: Sql, keys: readonly string[]): Promise<string[]> {
  if (keys.length === 0) return [];
  const known = await sql<{ storage_key: string }[]>`
    SELECT storage_key FROM orq.video_assets
    WHERE storage_key IN (SELECT jsonb_array_elements_text(${sql.json([...keys])}))`;
  const knownKeys = new Set(known.map((row) => row.storage_key));
  return keys.filter((key) => !knownKeys.has(key));
}
