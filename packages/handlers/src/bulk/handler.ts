import { bulk, type JobFilter, type JobStatus } from '@orq/contracts';
import { defineHandler, type Queue } from '@orq/queue';
import type { HandlerDeps } from '../deps.ts';
import { createCourse } from './course.ts';

/** Jobs that are changed at the same time: each takes a connection for a moment, and the worker has others to run. */
const AT_ONCE = 3;

/** In which statuses a job can be changed so. */
const CHANGEABLE = {
  cancel: ['pending', 'retry', 'processing'],
  retry: ['failed', 'cancelled'],
} as const satisfies Record<string, readonly JobStatus[]>;

/** The filter, of what can be changed at all; null where that is nothing. */
function narrowed(filter: JobFilter, action: keyof typeof CHANGEABLE): JobFilter | null {
  const changeable: readonly JobStatus[] = CHANGEABLE[action];
  const status = changeable.filter((one) => filter.status?.includes(one) ?? true);
  return status.length > 0 ? { ...filter, status } : null;
}

/** @returns whether it was still to be done; a job that another has changed since it was listed is left as it is */
async function change(queue: Queue, action: keyof typeof CHANGEABLE, id: string, begunAt: Date) {
  if (action === 'retry') return (await queue.retry(id, { endedBefore: begunAt })) === 'retried';
  const outcome = await queue.cancel(id);
  return outcome === 'cancelled' || outcome === 'requested';
}

/** Cancels, or retries, all jobs of a filter, page by page. */
export const bulkHandler = ({ sql, queue }: HandlerDeps) =>
  defineHandler(bulk, async ({ input: { action, filter, queues }, job, signal, progress, log }) => {
    const counts = { matched: 0, changed: 0, unchanged: 0 };
    const wanted = narrowed(filter, action);
    if (!wanted) return counts;
    const itself = await queue.get(job.id);
    // What has failed since then has failed again, or is another's affair.
    const begunAt = new Date(itself?.created_at ?? 0);
    const course = await createCourse(sql, job.id);
    try {
      for await (const { jobs, next } of queue.pages(wanted, { before: job.id, queues })) {
        for (let from = 0; from < jobs.length; from += AT_ONCE) {
          signal.throwIfAborted();
          const some = jobs.slice(from, from + AT_ONCE);
          counts.matched += some.length;
          const changed = await Promise.all(some.map(({ id }) => change(queue, action, id, begunAt)));
          for (const one of changed) counts[one ? 'changed' : 'unchanged'] += 1;
        }
        signal.throwIfAborted();
        if (next !== null) progress(course.doneAt(next));
      }
    } finally {
      log.info(counts, `${action} in bulk`);
    }
    return counts;
  });
