import { ANALYSIS_PREFIX } from '@orq/contracts/jobs/cut-analysis-part';
import { decodeMeasurement, encodeMeasurement, type Measurement, type Segment } from '@orq/media';
import { ObjectNotFoundError, type ObjectStore, type StoredBody } from '@orq/storage';

const folderOf = (analysisJobId: string) => `${ANALYSIS_PREFIX}${analysisJobId}/`;

/** With its times: were the same video ever split another way, no part would be taken for another. */
const keyOf = (analysisJobId: string, { index, startMs, endMs }: Segment) =>
  `${folderOf(analysisJobId)}${index}_${startMs}_${endMs}`;

/**
 * Notes that an analysis is done in parts: so a run of it that follows goes on with them, however many workers there are
 * by then.
 */
export async function noteSplit(storage: ObjectStore, analysisJobId: string): Promise<void> {
  await storage.put(`${folderOf(analysisJobId)}split`, inOneChunk(new Uint8Array(1)));
}

/** Whether an earlier run of an analysis has begun it in parts. */
export async function wasSplit(storage: ObjectStore, analysisJobId: string): Promise<boolean> {
  for await (const _ of storage.list(folderOf(analysisJobId))) return true;
  return false;
}

/** What was measured of a part; null where that is not there, or was measured by another version. */
export async function readPart(
  storage: ObjectStore,
  analysisJobId: string,
  segment: Segment,
): Promise<Measurement | null> {
  const bytes = await readBytes(storage, keyOf(analysisJobId, segment));
  try {
    return bytes && decodeMeasurement(bytes);
  } catch {
    return null;
  }
}

async function readBytes(storage: ObjectStore, key: string): Promise<Uint8Array | null> {
  try {
    const { stream } = await storage.get(key);
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return null;
    throw error;
  }
}

export function writePart(
  storage: ObjectStore,
  analysisJobId: string,
  segment: Segment,
  measurement: Measurement,
  signal: AbortSignal,
): Promise<StoredBody> {
  return storage.put(keyOf(analysisJobId, segment), inOneChunk(encodeMeasurement(measurement)), { signal });
}

async function* inOneChunk(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

/** Removes all that was measured for an analysis. */
export async function removeParts(storage: ObjectStore, analysisJobId: string): Promise<void> {
  for await (const { key } of storage.list(folderOf(analysisJobId))) await storage.delete(key);
}
