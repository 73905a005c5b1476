import { UploadResult } from '@orq/contracts';
import type { Sql } from '@orq/db';
import type { Queue } from '@orq/queue';
import { once, type Once } from '../idempotency/once.ts';
import { insertVideo, type NewVideo } from './insert-video.ts';

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
  upload: NewVideo,
  key: string | undefined,
): Promise<Once<UploadResult>> {
  const { sha256, title, filename, clips } = upload;
  const call = {
    scope: 'upload',
    key,
    content: [sha256, title, filename, ...(clips ? [clips] : [])],
    answer: UploadResult,
    reused:
      'This Idempotency-Key came with another file, title, filename or choice of clips before; use a new key for a new upload',
  };
  return once(sql, call, (tx) => insertVideo(tx, queue, videoId, upload));
}
