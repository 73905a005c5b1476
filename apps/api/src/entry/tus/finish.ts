import { type Database, type Sql, videoKey } from '@orq/db';
import type { Logger, Queue } from '@orq/queue';
import type { ObjectStore } from '@orq/storage';
import { completeUpload } from '../../uploads/complete-upload.ts';
import { existingUpload } from '../../uploads/upload-rows.ts';
import { readPieces, removePieces } from './pieces.ts';

export interface TusDeps {
  sql: Sql;
  db: Database;
  queue: Queue;
  storage: ObjectStore;
  log: Logger;
}

/** Makes the video of an upload all of which has come. Doing it again does nothing. */
export type Finish = (uploadId: string) => Promise<void>;

async function finishOnce(deps: TusDeps, id: string): Promise<void> {
  const { db, storage, log } = deps;
  const { upload } = await existingUpload(db, id);
  if (upload.jobId !== null) return;
  try {
    const stored = await storage.put(videoKey(id), readPieces(deps, id));
    if (stored.bytes !== upload.sizeBytes)
      throw new Error(`Upload ${id} has ${stored.bytes} bytes in its pieces`);
    await completeUpload(deps, id, stored);
  } catch (error) {
    // Another process may have been faster, and has removed the pieces.
    if ((await existingUpload(db, id)).upload.jobId === null) throw error;
  }
  await removePieces(deps, id).catch((error: unknown) => {
    log.warn({ err: error, upload_id: id }, 'the pieces of an upload are still stored');
  });
}

/** In this process, one at a time for an upload. It goes on when the request that asked for it has gone. */
export function createFinish(deps: TusDeps): Finish {
  const running = new Map<string, Promise<void>>();
  return (id) => {
    const finishing = running.get(id) ?? finishOnce(deps, id).finally(() => running.delete(id));
    running.set(id, finishing);
    return finishing;
  };
}

/** Finishes uploads that were whole when the process was killed that should have, and whose clients have not come back. */
export async function finishWholeUploads({ sql, log }: TusDeps, finish: Finish): Promise<void> {
  const whole = await sql<{ id: string }[]>`
    SELECT u.id FROM orq.uploads u JOIN orq.upload_pieces p ON p.upload_id = u.id
    WHERE u.job_id IS NULL AND u.expires_at > now()
    GROUP BY u.id HAVING sum(p.bytes) = u.size_bytes`;
  for (const { id } of whole) {
    await finish(id).catch((error: unknown) => {
      log.warn({ err: error, upload_id: id }, 'an upload is whole, and could not be finished');
    });
  }
}
