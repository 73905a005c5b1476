import { type ClipChoice, cutAnalysis, type UploadResult, VIDEO_QUEUE } from '@orq/contracts';
import type { TransactionSql } from '@orq/db';
import type { Queue } from '@orq/queue';
import type { StoredBody } from '@orq/storage';

/** A video whose file is in storage. */
export interface NewVideo extends StoredBody {
  title: string;
  filename: string;
  contentType: string;
  storageKey: string;
  /** Which clips to choose; undefined where nothing was said of them. */
  clips: ClipChoice | undefined;
}

/** Records a video under this id, and enqueues its analysis, in the caller's transaction. */
export async function insertVideo(
  tx: TransactionSql,
  queue: Queue,
  videoId: string,
  { title, filename, contentType, bytes, sha256, storageKey, clips }: NewVideo,
): Promise<UploadResult> {
  await tx`
    INSERT INTO orq.video_assets (id, title, filename, content_type, size_bytes, sha256, storage_key)
    VALUES (${videoId}, ${title}, ${filename}, ${contentType}, ${bytes}, ${sha256}, ${storageKey})`;
  const { id } = await queue.enqueue(
    cutAnalysis,
    { video_asset_id: videoId, clips },
    { tx, queue: VIDEO_QUEUE },
  );
  return { video_asset_id: videoId, job_id: id };
}
