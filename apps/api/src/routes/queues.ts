import { routes } from '@orq/contracts';
import { answer } from '../database-call.ts';
import type { AppDeps } from '../deps.ts';
import type { Api } from '../api-env.ts';
import { mount } from '../mount.ts';
import { namingFields } from '../problem.ts';

export function queueRoutes(app: Api, { queue }: Pick<AppDeps, 'queue'>): void {
  mount(app, routes.listQueues, async ({ query, queues }) =>
    answer(namingFields(queue.listQueues({ ...query, queues }))),
  );

  mount(app, routes.pauseQueue, async ({ params: { name } }) => {
    await answer(queue.pause(name));
    const since = await answer(queue.pausedSince(name));
    return { name, paused_at: since?.toISOString() ?? null };
  });

  mount(app, routes.resumeQueue, async ({ params: { name } }) => {
    await answer(queue.resume(name));
    return { name, paused_at: null };
  });

  mount(app, routes.listWorkers, async ({ query }) => answer(namingFields(queue.listWorkers(query))));
}
