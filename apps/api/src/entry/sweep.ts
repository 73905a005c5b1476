import type { Sql } from '@orq/db';
import type { Logger } from '@orq/queue';
import type { ObjectStore } from '@orq/storage';
import { VIDEO_PREFIX } from '../routes/upload.ts';
import { unknownKeys } from '../videos/storage-keys.ts';

/** Younger files may belong to an upload that has not committed yet. */
const HOUR_MS = 3_600_000;
const BATCH = 500;

/**
 * Removes what uploads left behind whose process was killed: files that no video names, and halves of files, both
 * once they are an hour old.
 */
export async function sweepStorage(sql: Sql, storage: ObjectStore, log: Logger): Promise<void> {
  const before = new Date(Date.now() - HOUR_MS);
  const unfinished = await storage.deleteUnfinished(before);

  let orphans = 0;
  let batch: string[] = [];
  const removeOrphans = async () => {
    for (const key of await unknownKeys(sql, batch)) {
      await storage.delete(key);
      orphans += 1;
    }
    batch = [];
  };
  for await (const { key, modifiedAt } of storage.list(VIDEO_PREFIX)) {
    if (modifiedAt < before) batch.push(key);
    if (batch.length === BATCH) await removeOrphans();
  }
  await removeOrphans();
  if (unfinished + orphans > 0)
    log.info({ unfinished, orphans }, 'removed what interrupted uploads left behind');
}
