import { CLIP_PREFIX, ownerOf, SHEET_PREFIX, type Sql, UPLOAD_PREFIX, VIDEO_PREFIX } from '@orq/db';

/** Tells which keys below a prefix rows name; `owners` are the ids that the keys are of. */
type NamedKeys = (sql: Sql, keys: string[], owners: string[]) => Promise<{ key: string | null }[]>;

/** Below each prefix: what names the objects that are there. All else is what something left behind. */
export const namedBelow: Readonly<Record<string, NamedKeys>> = {
  [VIDEO_PREFIX]: (sql, keys, owners) => sql`
    SELECT storage_key AS key FROM orq.video_assets
    WHERE storage_key IN (SELECT jsonb_array_elements_text(${sql.json(keys)}))
    UNION ALL SELECT ${VIDEO_PREFIX} || id FROM orq.uploads WHERE expires_at > now()
      AND id IN (SELECT jsonb_array_elements_text(${sql.json(owners)})::uuid)`,
  [UPLOAD_PREFIX]: (sql, _keys, owners) => sql`
    SELECT storage_key AS key FROM orq.upload_pieces
    WHERE upload_id IN (SELECT jsonb_array_elements_text(${sql.json(owners)})::uuid)`,
  [CLIP_PREFIX]: (sql, _keys, owners) => sql`
    SELECT unnest(ARRAY[media ->> 'key', poster ->> 'key']) AS key FROM orq.clips
    WHERE id IN (SELECT jsonb_array_elements_text(${sql.json(owners)})::uuid)`,
  [SHEET_PREFIX]: (sql, _keys, owners) => sql`
    SELECT unnest(ARRAY[contact_sheet ->> 'key', storyboard ->> 'key']) AS key FROM orq.video_assets
    WHERE id IN (SELECT jsonb_array_elements_text(${sql.json(owners)})::uuid)`,
};

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Which of these keys, all below one prefix, no row names. */
export async function unknownKeys(sql: Sql, prefix: string, keys: string[]): Promise<string[]> {
  if (keys.length === 0) return [];
  const owners = [...new Set(keys.map((key) => ownerOf(key) ?? '').filter((id) => UUID.test(id)))];
  const named = (await namedBelow[prefix]?.(sql, keys, owners)) ?? [];
  const known = new Set(named.map(({ key }) => key));
  return keys.filter((key) => !known.has(key));
}
