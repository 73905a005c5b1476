import type { Sql } from '@orq/db';
import { PermanentError } from '@orq/queue';
import { type LocalFile, ObjectNotFoundError, type ObjectStore } from '@orq/storage';
import { findStorageKey } from './video-assets.ts';

/**
 * An uploaded video as a file of this machine. Dispose it.
 *
 * @throws {PermanentError} when the video, or its file, is not there any more
 */
export async function openVideo(
  { sql, storage }: { sql: Sql; storage: ObjectStore },
  videoAssetId: string,
  signal: AbortSignal,
): Promise<LocalFile> {
  const key = await findStorageKey(sql, videoAssetId);
  if (!key) throw new PermanentError(`There is no video ${videoAssetId}: it was deleted, or never uploaded`);
  try {
    return await storage.localFile(key, { signal });
  } catch (error) {
    if (!(error instanceof ObjectNotFoundError)) throw error;
    throw new PermanentError('The uploaded file is no longer in storage: upload the video again');
  }
}
