import { EnqueueManyResult, EnqueueResult, routes } from '@orq/contracts';
import type { AppDeps } from '../deps.ts';
import { answer, answerInItsTime } from '../database-call.ts';
import { once } from '../idempotency/once.ts';
import { createIntake } from '../jobs/enqueue.ts';
import { noSuchJob } from '../jobs/no-such-job.ts';
import { feedEvents, jobEvents } from '../jobs/job-events.ts';
import type { Api } from '../api-env.ts';
import { mount } from '../mount.ts';
import { invalidField, ProblemError } from '../problem.ts';
import { z } from 'zod';

const REUSED = 'This Idempotency-Key came with another job before; use a new key for a new job';

/** The id has been parsed by then: what may be wrong is the event to go on after. */
function namingPosition(error: unknown): never {
  if (!(error instanceof z.ZodError)) throw error;
  throw invalidField('last-event-id', 'is the event_id of no event of this stream');
}

export function jobRoutes(app: Api, { sql, queue, contracts, processOne }: AppDeps): void {
  const intake = createIntake(queue, contracts);

  mount(app, routes.enqueueJob, async ({ body, queues, idempotencyKey: key, reply }) => {
    const call = { scope: 'jobs', key, content: [body], answer: EnqueueResult, reused: REUSED };
    const { result } =
      key === undefined
        ? { result: await answer(intake.enqueue(body, { queues })) }
        : await once(sql, call, (tx) => intake.enqueue(body, { tx, queues }));
    reply.headers['location'] = `/jobs/${result.id}`;
    if (!result.created) reply.status = 200;
    return result;
  });

  mount(app, routes.enqueueJobs, async ({ body, queues, idempotencyKey: key }) => {
    const call = { scope: 'jobs/batch', key, content: [body], answer: EnqueueManyResult, reused: REUSED };
    return (await once(sql, call, (tx) => intake.enqueueMany(body.jobs, { tx, queues }))).result;
  });

  mount(app, routes.getJob, async ({ params }) => {
    const job = await answer(queue.get(params.id));
    if (!job) throw noSuchJob(params.id);
    return job;
  });

  mount(app, routes.jobEvents, async ({ params: { id }, headers, signal }) => {
    const after = headers['last-event-id'];
    const news = await answer(
      queue.jobEvents(id, { signal, ...(after !== undefined && { after }) }).catch(namingPosition),
    );
    if (!news) throw noSuchJob(id);
    return news === 'over' ? null : jobEvents(id, news);
  });

  mount(app, routes.events, async ({ query, queues, headers, signal }) => {
    const after = headers['last-event-id'];
    const following = { ...query, queues, signal, ...(after !== undefined && { after }) };
    return feedEvents(await answer(queue.events(following).catch(namingPosition)));
  });

  mount(app, routes.processJob, async () => {
    if (!processOne) {
      throw new ProblemError('not-found', 'Jobs are processed by workers; this call is for development only');
    }
    return answerInItsTime(processOne());
  });
}
