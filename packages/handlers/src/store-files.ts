import { createReadStream } from 'node:fs';
import type { StoredMedia } from '@orq/db';
import type { ObjectStore } from '@orq/storage';

/** A local file, and the key that storage is to hold it under. */
interface FileToStore {
  key: string;
  file: string;
}

/**
 * Puts local files into storage, in their order: all of them, or none.
 *
 * @param signal ends it early: it rejects with the signal's reason
 */
export async function storeFiles<Files extends readonly FileToStore[]>(
  storage: ObjectStore,
  files: Files,
  signal: AbortSignal,
): Promise<{ [Place in keyof Files]: StoredMedia }> {
  const stored: StoredMedia[] = [];
  try {
    for (const { key, file } of files) {
      const { bytes, sha256 } = await storage.put(key, createReadStream(file), { signal });
      stored.push({ key, bytes, sha256 });
    }
    signal.throwIfAborted();
    return stored as { [Place in keyof Files]: StoredMedia };
  } catch (error) {
    await discardStored(storage, stored);
    throw error;
  }
}

/** Removes what no row will name. What cannot be removed now is found by the sweep of storage. */
export async function discardStored(storage: ObjectStore, stored: readonly StoredMedia[]): Promise<void> {
  await Promise.allSettled(stored.map(({ key }) => storage.delete(key)));
}
