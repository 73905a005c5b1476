import type { Sql } from '@orq/db';
import type { Logger, Queue } from '@orq/queue';
import type { ObjectStore } from '@orq/storage';
import { namedBelow, unknownKeys } from '../videos/storage-keys.ts';
import { sweepParts } from './sweep-parts.ts';

/** Younger files may belong to an upload or a job that has not committed yet. */
const HOUR_MS = 3_600_000;
const BATCH = 500;

interface SweepDeps {
  sql: Sql;
  queue: Queue;
  storage: ObjectStore;
  log: Logger;
}

/**
 * Removes what uploads, renders and analyses left behind that were killed, and what was replaced: files that no row names, and
 * halves of files, both once they are an hour old, uploads that have expired, and parts of analyses that have ended.
 */
export async function sweepStorage({ sql, queue, storage, log }: SweepDeps): Promise<void> {
  const before = new Date(Date.now() - HOUR_MS);
  const expired = await removeExpiredUploads(sql);
  const unfinished = await storage.deleteUnfinished(before);
  let orphans = 0;
  for (const prefix of Object.keys(namedBelow)) orphans += await removeOrphans(sql, storage, prefix, before);
  if (unfinished + orphans + expired > 0)
    log.info({ unfinished, orphans, expired }, 'removed files that nothing needs any more');

  const parts = await sweepParts(queue, storage);
  if (parts > 0) log.info({ parts }, 'removed what ended analyses left behind');
}

/** Forgets uploads that were not completed in time, and those that were, a day on. Then no row names their files. */
async function removeExpiredUploads(sql: Sql): Promise<number> {
  const removed = await sql<{ complete: boolean }[]>`
    DELETE FROM orq.uploads WHERE expires_at < now() RETURNING job_id IS NOT NULL AS complete`;
  return removed.filter(({ complete }) => !complete).length;
}

/** @returns how many it removed */
async function removeOrphans(sql: Sql, storage: ObjectStore, prefix: string, before: Date): Promise<number> {
  let removed = 0;
  let batch: string[] = [];
  const sweepBatch = async () => {
    for (const key of await unknownKeys(sql, prefix, batch)) {
      await storage.delete(key);
      removed += 1;
    }
    batch = [];
  };
  for await (const { key, modifiedAt } of storage.list(prefix)) {
    if (modifiedAt < before) batch.push(key);
    if (batch.length === BATCH) await sweepBatch();
  }
  await sweepBatch();
  return removed;
}
