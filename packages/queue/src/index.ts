export {
  CancelledError,
  DeadlineError,
  isTransient,
  LeaseLostError,
  PermanentError,
  RetryAtError,
  ShutdownError,
  SnoozeError,
  TimeoutError,
} from './errors.ts';
export type { FeedNews } from './events/follow-feed.ts';
export type { JobNews, JobNewsStream } from './events/follow-job.ts';
export {
  defineHandler,
  type Effect,
  type Handler,
  type HandlerOptions,
  type JobContext,
  type JobInfo,
} from './handler.ts';
export type { Logger } from './logger.ts';
export {
  createQueue,
  type Enqueued,
  type EnqueueManyOptions,
  type EnqueueOptions,
  type FeedOptions,
  type JobEventsOptions,
  type LogsOptions,
  type Queue,
  type QueueOptions,
  type WaitOptions,
} from './queue.ts';
export type { PageOptions, QueueOperations, QueuesPageOptions, RetryOptions } from './operations.ts';
export type { Failure, RetryFunction, RetryPolicy } from './retry-policy.ts';
export type { JobLogLevel } from './sql/logs.ts';
export type { JobListing } from './sql/list-jobs.ts';
export type { Reschedule, Rescheduled } from './sql/reschedule.ts';
export type { JobStanding } from './sql/standing.ts';
export { type Transition, transitions } from './status.ts';
export { transact } from './transact.ts';
export type { Transaction } from './transaction.ts';
export { untilDatabaseAnswers } from './until-database-answers.ts';
export { createWorker, type StopOptions, type Worker } from './worker.ts';
export type { WorkerOptions } from './worker-options.ts';
