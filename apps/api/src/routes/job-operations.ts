import { bulk, EnqueueResult, RetryResult, routes } from '@orq/contracts';
import { answer } from '../database-call.ts';
import type { AppDeps } from '../deps.ts';
import { once } from '../idempotency/once.ts';
import { noSuchJob } from '../jobs/no-such-job.ts';
import type { Api } from '../api-env.ts';
import { mount } from '../mount.ts';
import { namingFields, ProblemError } from '../problem.ts';

const conflict = (detail: string) => new ProblemError('status-conflict', detail);

const REUSED = 'This Idempotency-Key came with another job before; use a new key for each retry';

const BULK_REUSED = 'This Idempotency-Key came with another action or filter before; use a new key for each';
/** Whoever cancels a backlog must not wait behind it. */
const BEFORE_ALL = -32_768;

/** What people do with jobs that are there. */
export function jobOperationRoutes(app: Api, { sql, queue }: Pick<AppDeps, 'sql' | 'queue'>): void {
  mount(app, routes.listJobs, async ({ query: { cursor, limit, ...filter }, queues }) =>
    answer(namingFields(queue.list(filter, { cursor, limit, queues }))),
  );

  /** A job that is not there has nothing, as one that has nothing yet: only then it is looked for. */
  async function ofJob<Page extends { data: unknown[] }>(id: string, read: Promise<Page>): Promise<Page> {
    const page = await answer(namingFields(read));
    if (page.data.length === 0 && !(await answer(queue.get(id)))) throw noSuchJob(id);
    return page;
  }

  mount(app, routes.listJobAttempts, async ({ params: { id }, query }) =>
    ofJob(id, queue.listAttempts(id, query)),
  );

  mount(app, routes.listJobLogs, async ({ params: { id }, query }) => ofJob(id, queue.listLogs(id, query)));

  mount(app, routes.cancelJob, async ({ params: { id } }) => {
    const outcome = await answer(queue.cancel(id));
    if (!outcome) throw noSuchJob(id);
    return { id, outcome };
  });

  mount(app, routes.bulkJobs, async ({ body, queues, idempotencyKey: key, reply }) => {
    const call = { scope: 'jobs/bulk', key, content: [body], answer: EnqueueResult, reused: BULK_REUSED };
    const { result } = await once(sql, call, (tx) =>
      queue.enqueue(bulk, { ...body, queues: queues && [...queues] }, { tx, priority: BEFORE_ALL }),
    );
    reply.headers['location'] = `/jobs/${result.id}`;
    return result;
  });

  mount(app, routes.retryJob, async ({ params: { id }, idempotencyKey: key }) => {
    const call = { scope: 'jobs/retry', key, content: [id], answer: RetryResult, reused: REUSED };
    const { result } = await once(sql, call, async (tx) => {
      const outcome = await queue.retry(id, { tx });
      if (!outcome) throw noSuchJob(id);
      if (outcome === 'retried') return { id, outcome };
      throw conflict(
        outcome === 'completed'
          ? `Job ${id} has completed: enqueue a new one to do its work again`
          : `Job ${id} has not ended: wait for its end, or cancel it first`,
      );
    });
    return result;
  });

  mount(app, routes.rescheduleJob, async ({ params: { id }, body }) => {
    const to = {
      ...(body.run_at !== undefined && { runAt: new Date(body.run_at) }),
      priority: body.priority,
    };
    const done = await answer(queue.reschedule(id, to));
    if (!done) throw noSuchJob(id);
    if (done.outcome === 'rescheduled') return { id, run_at: done.runAt, priority: done.priority };
    throw conflict(`Job ${id} does not wait: it is ${done.outcome}`);
  });

  mount(app, routes.deleteJob, async ({ params: { id } }) => {
    const outcome = await answer(queue.delete(id));
    if (!outcome) throw noSuchJob(id);
    if (outcome !== 'deleted')
      throw conflict(`Job ${id} has not ended: wait for its end, or cancel it first`);
  });
}
