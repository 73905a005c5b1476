import { ANALYSIS_PREFIX } from '@orq/contracts/jobs/cut-analysis-part';
import type { Queue } from '@orq/queue';
import type { ObjectStore } from '@orq/storage';
import { z } from 'zod';

const ENDED: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled']);

/**
 * Removes what the parts of analyses have left in storage, where the analysis has ended, or is not there: whoever should
 * have was killed.
 *
 * @returns how many objects it has removed
 */
export async function sweepParts(queue: Queue, storage: ObjectStore): Promise<number> {
  const isLeft = new Map<string, boolean>();
  let removed = 0;
  for await (const { key } of storage.list(ANALYSIS_PREFIX)) {
    const [jobId = ''] = key.slice(ANALYSIS_PREFIX.length).split('/');
    const left = isLeft.get(jobId) ?? (await hasEnded(queue, jobId));
    isLeft.set(jobId, left);
    if (!left) continue;
    await storage.delete(key);
    removed += 1;
  }
  return removed;
}

async function hasEnded(queue: Queue, jobId: string): Promise<boolean> {
  if (!z.uuid().safeParse(jobId).success) return false;
  const job = await queue.get(jobId);
  return job === null || ENDED.has(job.status);
}
