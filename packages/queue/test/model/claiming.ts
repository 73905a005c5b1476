import type { ClaimRequest } from '../../src/sql/claim.ts';
import { isDue } from './instants.ts';
import { admit } from './keys.ts';
import { inTurn, type ModelJob, type QueueModel } from './model.ts';

/** What a claim must give: the jobs in the order of their run, and how many were parked. */
export function claim(model: QueueModel, request: ClaimRequest): { jobs: ModelJob[]; parked: number } {
  const { claimId, workerId, queue, limit, finished } = request;
  for (const id of finished) model.claims.delete(id);
  if (!model.workers.has(workerId) || model.pausedQueues.has(queue)) return { jobs: [], parked: 0 };

  const taken = claimable(model, request).slice(0, limit);
  const keyed = taken.filter((job) => job.key !== null);
  const admitted = admit(model, keyed);
  const jobs = taken.filter((job) => job.key === null || admitted.includes(job)).sort(inTurn);
  for (const job of jobs) model.move(job, 'processing', 'claim');
  if (jobs.length > 0)
    model.claims.set(claimId, { workerId, jobs: jobs.map(({ id, fence }) => ({ id, fence })) });
  return { jobs, parked: keyed.length - admitted.length };
}

function claimable(model: QueueModel, { queue, except, from }: ClaimRequest): ModelJob[] {
  const due = model.waiting(queue).filter((job) => isDue(job.due) && !except.includes(job.type));
  if (typeof from === 'string') return due;
  return due.filter((job) =>
    from.some(
      (position) =>
        position.priority === job.priority &&
        (job.due > position.due || (job.due === position.due && job.id >= position.id)),
    ),
  );
}
