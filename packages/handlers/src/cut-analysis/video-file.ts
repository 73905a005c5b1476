import type { Sql } from '@orq/db';
import { PermanentError } from '@orq/queue';
import type { LocalFile, ObjectStore } from '@orq/storage';
import { findStorageKey } from './video-assets.ts';

/**
 * An uploaded video as a file of this machine. Dispose it.
 *
 * @throws {PermanentError} when the video is not there any more; ObjectNotFoundError when its file is not
 */
export async function openVideo(
  { sql, storage }: { sql: Sql; storage: ObjectStore },
  videoAssetId: string,
  signal: AbortSignal,
): Promise<LocalFile> {
  const key = await findStorageKey(sql, videoAssetId);
  if (!key) throw new PermanentError(`There is no video ${videoAssetId}: it was deleted, or never uploaded`);
  return storage.localFile(key, { signal });
}
