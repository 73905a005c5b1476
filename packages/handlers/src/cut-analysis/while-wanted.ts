import { type JobInfo, PermanentError, type Queue } from '@orq/queue';

/** The job for which the work was done has ended, or is to be cancelled. */
export class UnwantedError extends Error {
  override readonly name = 'UnwantedError';
}

interface Wanted {
  queue: Queue;
  /** The job for which the work is done. */
  parentId: string;
  job: JobInfo;
  signal: AbortSignal;
}

/**
 * Works only as long as another job, for which it is done, has not ended and is not to be cancelled; else it is told to end
 * within a second, and its own job is cancelled. That needs no one who lives: the other job's worker may be dead, or it may
 * wait for one.
 *
 * @throws {UnwantedError} when the work was told to end so; {PermanentError} when there is no such job; what the work throws
 */
export async function whileWanted<T>(
  { queue, parentId, job, signal }: Wanted,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const unwanted = new AbortController();
  const over = new AbortController();
  const watching = (async () => {
    for await (const [parent] of queue.follow([parentId], { signal: over.signal }))
      if (parent?.outcome || parent?.cancelRequested) return unwanted.abort(new UnwantedError());
  })().catch((error: unknown) => {
    if (!over.signal.aborted) unwanted.abort(new PermanentError('It belongs to no job', { cause: error }));
  });
  try {
    return await work(AbortSignal.any([signal, unwanted.signal]));
  } catch (error) {
    if (!unwanted.signal.aborted || signal.aborted) throw error;
    if (unwanted.signal.reason instanceof UnwantedError) await queue.cancel(job.id);
    throw unwanted.signal.reason;
  } finally {
    over.abort();
    await watching;
  }
}
