import { routes } from '@orq/contracts';
import type { AppDeps } from '../deps.ts';
import { answer, answerInItsTime } from '../database-call.ts';
import { mount, type Api } from '../mount.ts';
import { ProblemError } from '../problem.ts';

export function jobRoutes(app: Api, { queue, processOne }: AppDeps): void {
  mount(app, routes.getJob, async ({ params }) => {
    const job = await answer(queue.get(params.id));
    if (!job) throw new ProblemError('not-found', `There is no job ${params.id}`);
    return job;
  });

  mount(app, routes.processJob, async () => {
    if (!processOne) {
      throw new ProblemError('not-found', 'Jobs are processed by workers; this call is for development only');
    }
    return answerInItsTime(processOne());
  });
}
