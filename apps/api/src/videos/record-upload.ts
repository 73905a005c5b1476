import { cutAnalysis, UploadResult } from '@orq/contracts';
import type { Sql } from '@orq/db';
import type { Queue } from '@orq/queue';
import { once, type Once } from '../idempotency/once.ts';
import type { ReceivedUpload } from '../upload/receive-upload.ts';

/**
 * Records an upload that is in storage: its video, the job that analyses it and the idempotency key, all or none. Two
 * uploads are the same that have the same content, title and name of the file, and want the same clips.
 *
 * @param videoId the id that the video gets
 * @throws {ProblemError} `idempotency-key-reused`
 * @throws {CommitUnknownError} when it may have been recorded; {@link DatabaseUnavailableError} when it was not
 */
export async function recordUpload(
  { sql, queue }: { sql: Sql; queue: Queue },
  videoId: string,
  upload: ReceivedUpload,
  key: string | undefined,
): Promise<Once<UploadResult>> {
  const { sha256, title, filename, clips, contentType, bytes, storageKey } = upload;
  const call = {
    scope: 'upload',
    key,
    content: [sha256, title, filename, ...(clips ? [clips] : [])],
    answer: UploadResult,
    reused:
      'This Idempotency-Key came with another file, title, filename or choice of clips before; use a new key for a new upload',
  };
  return once(sql, call, async (tx) => {
    await tx`
      INSERT INTO orq.video_assets (id, title, filename, content_type, size_bytes, sha256, storage_key)
      VALUES (${videoId}, ${title}, ${filename}, ${contentType}, ${bytes}, ${sha256}, ${storageKey})`;
    const { id } = await queue.enqueue(cutAnalysis, { video_asset_id: videoId, clips }, { tx });
    return { video_asset_id: videoId, job_id: id };
  });
}
