import type { EnqueueSettings } from '../resources/enqueue.ts';

/** What all jobs of one call share. */
export interface EnqueueManyOptions {
  /** Default `default`. */
  queue?: string;
  /** -32,768 to 32,767; lower runs first. Default 0. */
  priority?: number;
  /** Not before this time. Default: at once. */
  runAt?: Date;
  /** Of all jobs with the same key, no more than `concurrencyLimit` run at once. */
  concurrencyKey?: string;
  /** 1 to 1,000. Default 1: one after the other. */
  concurrencyLimit?: number;
  /** Attempts in all, 1 to 1,000. Default: as the api is set. */
  maxAttempts?: number;
  /** How long an attempt may take, in ms. Default: as the handler says. */
  timeoutMs?: number;
  /** After this time the job has failed. Default: none. */
  deadline?: Date;
  /** When a failed attempt is followed by another: after as long, or after delays that double. In ms. */
  retry?: { delayMs: number } | { baseMs?: number; maxMs?: number };
  /** To find it by. */
  tags?: string[];
}

export interface EnqueueOptions extends EnqueueManyOptions {
  /** While an unfinished job of this type holds the same key, no second one is made. */
  uniqueKey?: string;
}

function retryOf(retry: EnqueueOptions['retry']): EnqueueSettings['retry'] {
  if (retry === undefined) return undefined;
  return 'delayMs' in retry ? { delay_ms: retry.delayMs } : { base_ms: retry.baseMs, max_ms: retry.maxMs };
}

/** The options as the wire has them. Each setting is named, so that none can be missed here. */
export const settingsOf = (
  options: EnqueueOptions,
): { [Name in keyof Required<EnqueueSettings>]: EnqueueSettings[Name] } => ({
  queue: options.queue,
  priority: options.priority,
  run_at: options.runAt?.toISOString(),
  unique_key: options.uniqueKey,
  concurrency_key: options.concurrencyKey,
  concurrency_limit: options.concurrencyLimit,
  max_attempts: options.maxAttempts,
  timeout_ms: options.timeoutMs,
  deadline: options.deadline?.toISOString(),
  retry: retryOf(options.retry),
  tags: options.tags,
});
