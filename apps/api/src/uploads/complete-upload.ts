import type { ClipChoice, UploadResult } from '@orq/contracts';
import { type Sql, videoKey } from '@orq/db';
import { type Queue, transact } from '@orq/queue';
import type { StoredBody } from '@orq/storage';
import { answer } from '../database-call.ts';
import { ProblemError } from '../problem.ts';
import { insertVideo } from '../videos/insert-video.ts';

/** How long the transaction may take, in ms. */
const TRANSACTION_BOUND_MS = 15_000;

interface Row {
  title: string;
  filename: string;
  contentType: string;
  clips: ClipChoice | null;
  jobId: string | null;
}

/**
 * Records the video of an upload whose file is in storage, under its id: the video, the job that analyses it, and that the
 * upload is complete, all or none. However often, and by however many at once, it is done, it is done once.
 *
 * @throws {ProblemError} `not-found`; {DatabaseUnavailableError} when it may, or may not, have been done: do it again
 */
export function completeUpload(
  { sql, queue }: { sql: Sql; queue: Queue },
  id: string,
  stored: StoredBody,
): Promise<UploadResult> {
  const transaction = transact(sql, async (tx): Promise<UploadResult> => {
    const [row] = await tx<Row[]>`
      SELECT title, filename, content_type AS "contentType", clips, job_id AS "jobId"
      FROM orq.uploads WHERE id = ${id} FOR UPDATE`;
    if (!row)
      throw new ProblemError('not-found', `There is no upload ${id}, or it has expired: begin it again`);
    if (row.jobId !== null) return { video_asset_id: id, job_id: row.jobId };
    const { title, filename, contentType, clips } = row;
    const file = { ...stored, storageKey: videoKey(id) };
    const video = { ...file, title, filename, contentType, clips: clips ?? undefined };
    const result = await insertVideo(tx, queue, id, video);
    await tx`UPDATE orq.uploads SET job_id = ${result.job_id} WHERE id = ${id}`;
    return result;
  });
  return answer(transaction, TRANSACTION_BOUND_MS);
}
