import {
  cutAnalysis,
  DEFAULT_QUEUE,
  type EnqueueRequest,
  MAX_KEY_LENGTH,
  renderClip,
  renderSheets,
  VIDEO_QUEUE,
} from '@orq/contracts';
import { invalidField, ProblemError } from '../problem.ts';

/** Job types whose input names a video, or a clip. */
const ON_VIDEOS: ReadonlySet<string> = new Set([cutAnalysis.type, renderClip.type, renderSheets.type]);

/**
 * A job as it is enqueued by a key that is limited to queues: its unique and concurrency keys are its queue's own. Else it
 * could take those of other queues' jobs, hold these up, and be told of them.
 *
 * @param place of the job in the request, such as `jobs.3.`
 * @throws {ProblemError} `forbidden`, where its input would reach what the key does not; `validation`
 */
export function withinQueue(job: EnqueueRequest, queues: readonly string[], place = ''): EnqueueRequest {
  if (ON_VIDEOS.has(job.type) && !queues.includes(VIDEO_QUEUE)) {
    const detail = `${place}type: ${job.type} works on videos, which are of the queue ${VIDEO_QUEUE}; this key is limited to others`;
    throw new ProblemError('forbidden', detail);
  }
  const { queue = DEFAULT_QUEUE, unique_key, concurrency_key } = job;
  // The length tells where the name of the queue ends, whatever is in it.
  const prefix = `${queue.length}:${queue}:`;
  const own = (field: string, key: string | undefined) => {
    if (key === undefined || prefix.length + key.length <= MAX_KEY_LENGTH) return key && prefix + key;
    const most = MAX_KEY_LENGTH - prefix.length;
    throw invalidField(place + field, `has at most ${most} characters, from a key that is limited to queues`);
  };
  return {
    ...job,
    unique_key: own('unique_key', unique_key),
    concurrency_key: own('concurrency_key', concurrency_key),
  };
}
