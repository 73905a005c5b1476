import type { JobEvent } from '@orq/contracts';
import type { JobNews } from '@orq/queue';

/** The news of a job as events of the wire. */
export async function* jobEvents(jobId: string, news: AsyncIterable<JobNews>): AsyncGenerator<JobEvent> {
  for await (const { kind: type, id: event_id, ...rest } of news) {
    yield { type, event_id, job_id: jobId, ...rest } as JobEvent;
  }
}
