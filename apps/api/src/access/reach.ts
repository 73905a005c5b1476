import { byId, DEFAULT_QUEUE, QueueParams, type RouteContract, VIDEO_QUEUE } from '@orq/contracts';
import type { Database } from '@orq/db';
import { z } from 'zod';
import { isJobOf } from '../jobs/is-job-of.ts';
import { noSuchJob } from '../jobs/no-such-job.ts';
import { ProblemError } from '../problem.ts';
import type { RequestParts } from '../request/read-request.ts';

/**
 * Holds a call of a key that is limited to queues against what its route reaches.
 *
 * @throws {ProblemError} `not-found` for what is of other queues, `forbidden` for what names them, or is of no queue
 */
export type ReachCheck = (
  queues: readonly string[],
  route: RouteContract,
  request: Pick<RequestParts, 'params' | 'body'>,
) => Promise<void>;

const Queue = z.object({ queue: z.string().default(DEFAULT_QUEUE) });
/** What a body that enqueues says of queues: of one job, or of each of many. */
const Enqueued = z.union([
  z.object({ jobs: z.array(Queue) }).transform(({ jobs }) => jobs),
  Queue.transform((job) => [job]),
]);

const forbidden = (queues: readonly string[], detail: string) =>
  new ProblemError('forbidden', `This key is limited to jobs of ${queues.join(', ')}: ${detail}`);

function refuseOthers(queues: readonly string[], named: readonly string[]): void {
  const other = named.find((name) => !queues.includes(name));
  if (other === undefined) return;
  throw forbidden(queues, `name one of these as the queue, and not ${other}`);
}

export function createReachCheck(db: Database): ReachCheck {
  return async (queues, { reach, path }, { params, body }) => {
    switch (reach) {
      case 'nothing':
      case 'own':
        return;
      case 'job': {
        const { id } = byId.parse(params);
        if (!(await isJobOf(db, id, queues))) throw noSuchJob(id);
        return;
      }
      case 'queue':
        return refuseOthers(queues, [QueueParams.parse(params).name]);
      case 'enqueue':
        return refuseOthers(
          queues,
          Enqueued.parse(body).map(({ queue }) => queue),
        );
      case 'video': {
        if (queues.includes(VIDEO_QUEUE)) return;
        const detail = `videos, clips and uploads are of the queue ${VIDEO_QUEUE}`;
        if (!path.includes('/:id')) throw forbidden(queues, detail);
        throw new ProblemError('not-found', `There is no such thing for this key: ${detail}`);
      }
      case 'everything':
        throw forbidden(queues, 'this is not of one queue, and takes a key that is limited to none');
    }
  };
}
