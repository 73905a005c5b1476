import type { Sql } from '@orq/db';
import type { Logger, Queue } from '@orq/queue';
import type { ObjectStore } from '@orq/storage';
import { VIDEO_PREFIX } from '../routes/upload.ts';
import { unknownKeys } from '../videos/storage-keys.ts';
import { sweepParts } from './sweep-parts.ts';

/** Younger files may belong to an upload that has not committed yet. */
const HOUR_MS = 3_600_000;
const BATCH = 500;

interface SweepDeps {
  sql: Sql;
  queue: Queue;
  storage: ObjectStore;
  log: Logger;
}

/**
 * Removes what uploads left behind whose process was killed: files that no video names, and halves of files, both
 * once they are an hour old; and what analyses left behind that have ended.
 */
export async function sweepStorage({ sql, queue, storage, log }: SweepDeps): Promise<void> {
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

  const parts = await sweepParts(queue, storage);
  if (parts > 0) log.info({ parts }, 'removed what ended analyses left behind');
}
