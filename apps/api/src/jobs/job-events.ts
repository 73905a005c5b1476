import type { FeedEvent, JobEvent } from '@orq/contracts';
import type { FeedNews, JobNews } from '@orq/queue';
import type { Milestone } from '../event-stream.ts';

/** The news of a job as events of the wire. */
export async function* jobEvents(jobId: string, news: AsyncIterable<JobNews>): AsyncGenerator<JobEvent> {
  for await (const { kind: type, id: event_id, ...rest } of news) {
    yield { type, event_id, job_id: jobId, ...rest } as JobEvent;
  }
}

/** The news of all jobs as events of the wire. */
export async function* feedEvents(news: AsyncIterable<FeedNews>): AsyncGenerator<FeedEvent | Milestone> {
  for await (const one of news) {
    if (one.kind === 'change') yield { type: 'status', event_id: one.id, ...one.change };
    else if (one.kind === 'gap') yield { type: 'gap', event_id: one.id };
    else yield { event_id: one.id };
  }
}
