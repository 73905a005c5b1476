import type { EnqueueRequest } from '@orq/contracts';
import type { EnqueueOptions, RetryPolicy } from '@orq/queue';

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

const defined = <T extends object>(value: T): Defined<T> =>
  Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as Defined<T>;

const time = (text: string | undefined) => (text === undefined ? undefined : new Date(text));

function retryPolicy(retry: EnqueueRequest['retry']): RetryPolicy | undefined {
  if (retry === undefined) return undefined;
  return 'delay_ms' in retry
    ? { delayMs: retry.delay_ms }
    : defined({ baseMs: retry.base_ms, maxMs: retry.max_ms });
}

/** What a request says of a job, as the queue takes it. */
export const enqueueOptions = (job: EnqueueRequest): EnqueueOptions =>
  defined({
    queue: job.queue,
    priority: job.priority,
    runAt: time(job.run_at),
    uniqueKey: job.unique_key,
    concurrencyKey: job.concurrency_key,
    concurrencyLimit: job.concurrency_limit,
    maxAttempts: job.max_attempts,
    timeoutMs: job.timeout_ms,
    deadline: time(job.deadline),
    retry: retryPolicy(job.retry),
    tags: job.tags,
  });
