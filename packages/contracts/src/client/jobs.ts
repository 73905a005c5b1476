import type { JobContract, JobInput, JobOutput } from '../define-job.ts';
import { bulk, type BulkRequest } from '../jobs/bulk.ts';
import type { EnqueueRequest, EnqueueResult } from '../resources/enqueue.ts';
import type { JobEvent } from '../resources/event.ts';
import type { CancelResult, JobResource, RetryResult } from '../resources/job.ts';
import type { JobAttempt, JobLogLine } from '../resources/job-history.ts';
import type { JobSummary } from '../resources/job-list.ts';
import type { JsonValue } from '../resources/json.ts';
import type { RescheduleResult } from '../resources/reschedule.ts';
import { parse } from './answer.ts';
import type { CallOptions, Calls, EventsOptions, MutationOptions } from './call-types.ts';
import { type EnqueueManyOptions, type EnqueueOptions, settingsOf } from './enqueue-options.ts';
import { ContractMismatchError, JobCancelledError, JobFailedError } from './errors.ts';
import { filterOf, type JobFilter } from './job-filter.ts';
import { createListing, type Listing, type ListOptions } from './listing.ts';
import { createWait, eventsOf, type WaitOptions } from './wait.ts';

/** A job whose type is known, by its contract. */
export interface JobHandle<Contract extends JobContract = JobContract> {
  readonly id: string;
  readonly contract: Contract;
  get(options?: CallOptions): Promise<JobResource>;
  /** What happens to it, from now on or after an event, to its end. */
  events(options?: EventsOptions): AsyncGenerator<JobEvent, void>;
  /**
   * Waits for its result.
   *
   * @throws {JobFailedError}, {@link JobCancelledError}, {@link TimeoutError}; {@link ContractMismatchError} when the
   *   result does not fit the contract
   */
  result(options?: WaitOptions): Promise<JobOutput<Contract>>;
  cancel(options?: CallOptions): Promise<CancelResult>;
}

/** A job as `enqueue` gives it. */
export interface EnqueuedJob<Contract extends JobContract> extends JobHandle<Contract> {
  /** False when an unfinished job held the `uniqueKey`: then it is this one. */
  readonly created: boolean;
}

export interface Jobs {
  /**
   * Enqueues a job. The input is held against the contract here, so that a slip is told without a call.
   *
   * @throws {ContractMismatchError} that names the field of the input
   */
  enqueue<Contract extends JobContract>(
    contract: Contract,
    input: JobInput<Contract>,
    options?: EnqueueOptions,
    call?: MutationOptions,
  ): Promise<EnqueuedJob<Contract>>;
  /** Enqueues up to 1,000 jobs: all, or none. They come back in the order of the inputs. */
  enqueueMany<Contract extends JobContract>(
    contract: Contract,
    inputs: readonly JobInput<Contract>[],
    options?: EnqueueManyOptions,
    call?: MutationOptions,
  ): Promise<EnqueuedJob<Contract>[]>;
  /** A job that was enqueued elsewhere. Makes no call. */
  handle<Contract extends JobContract>(contract: Contract, id: string): JobHandle<Contract>;
  get(id: string, options?: CallOptions): Promise<JobResource>;
  /**
   * Jobs, the newest first. What is listed is how each stands as its page is read; each comes once, whatever is enqueued
   * meanwhile.
   *
   * @example
   * for await (const job of orq.jobs.list({ status: 'failed', type: 'word_count' })) console.log(job.id, job.error);
   */
  list(filter?: JobFilter, options?: ListOptions): Listing<JobSummary>;
  /** The attempts of a job that did not complete, the latest first. */
  attempts(id: string, options?: ListOptions): Listing<JobAttempt>;
  /** What its handler has logged so far, in its order. */
  logs(id: string, options?: ListOptions): Listing<JobLogLine>;
  cancel(id: string, options?: CallOptions): Promise<CancelResult>;
  /** Runs a job again that has failed, or was cancelled. @throws {ProblemError} `status-conflict`, of any other */
  retry(id: string, options?: MutationOptions): Promise<RetryResult>;
  /** Gives a job that waits another time, or priority. @throws {ProblemError} `status-conflict`, of any other */
  reschedule(
    id: string,
    to: { runAt?: Date; priority?: number },
    options?: CallOptions,
  ): Promise<RescheduleResult>;
  /**
   * Cancels, or retries, all jobs of a filter that were there before the call.
   *
   * @example
   * const { changed } = await (await orq.jobs.bulk('retry', { status: 'failed', type: 'word_count' })).result();
   */
  bulk(
    action: BulkRequest['action'],
    filter: JobFilter,
    options?: MutationOptions,
  ): Promise<EnqueuedJob<typeof bulk>>;
  /** Deletes a job that has ended. @throws {ProblemError} `status-conflict`, of any other */
  delete(id: string, options?: CallOptions): Promise<void>;
  /** As {@link JobHandle.events}. */
  events(id: string, options?: EventsOptions): AsyncGenerator<JobEvent, void>;
  /** As {@link JobHandle.result}; of a job that is named by its id alone, the result is whatever JSON it is. */
  result<Contract extends JobContract>(
    job: JobHandle<Contract>,
    options?: WaitOptions,
  ): Promise<JobOutput<Contract>>;
  result(id: string, options?: WaitOptions): Promise<JsonValue>;
}

/** What a job that has ended gave. */
function outcomeOf(job: JobResource): JsonValue {
  if (job.status === 'failed') throw new JobFailedError(job);
  if (job.status === 'cancelled') throw new JobCancelledError(job);
  return job.result;
}

function typedOutcomeOf<Contract extends JobContract>(
  contract: Contract,
  job: JobResource,
): JobOutput<Contract> {
  if (job.job_type !== contract.type) {
    const message = `it is a job of type ${job.job_type}, not ${contract.type}`;
    throw new ContractMismatchError(`Job ${job.id}`, [{ path: 'job_type', message }]);
  }
  return parse(
    `The result of job ${job.id} (${contract.type})`,
    contract.output,
    outcomeOf(job),
  ) as JobOutput<Contract>;
}

/** A job as it is sent: its input as it was given, for the worker to parse, but known to fit. */
function requestOf<Contract extends JobContract>(
  contract: Contract,
  input: JobInput<Contract>,
  options: EnqueueOptions,
): EnqueueRequest {
  parse(`The input of ${contract.type}`, contract.input, input);
  // A contract's input is JSON, by its definition.
  return { type: contract.type, input: input as JsonValue, ...settingsOf(options) };
}

export function createJobs(calls: Calls): Jobs {
  const byId = (id: string) => ({ params: { id } });
  const waitForEnd = createWait(calls);

  const handle = <Contract extends JobContract>(contract: Contract, id: string): JobHandle<Contract> => ({
    id,
    contract,
    get: (options) => calls.getJob(byId(id), options),
    events: (options) => eventsOf(calls, id, options),
    result: async (options = {}) => typedOutcomeOf(contract, await waitForEnd(id, options)),
    cancel: (options) => calls.cancelJob(byId(id), options),
  });

  const enqueued = <Contract extends JobContract>(contract: Contract, { id, created }: EnqueueResult) => ({
    ...handle(contract, id),
    created,
  });

  function result<Contract extends JobContract>(
    job: JobHandle<Contract>,
    options?: WaitOptions,
  ): Promise<JobOutput<Contract>>;
  function result(id: string, options?: WaitOptions): Promise<JsonValue>;
  async function result(job: JobHandle | string, options: WaitOptions = {}): Promise<unknown> {
    return typeof job === 'string' ? outcomeOf(await waitForEnd(job, options)) : job.result(options);
  }

  return {
    async enqueue(contract, input, options = {}, call = {}) {
      const body = requestOf(contract, input, options);
      return enqueued(contract, await calls.enqueueJob({ body }, call));
    },

    async enqueueMany(contract, inputs, options = {}, call = {}) {
      const body = { jobs: inputs.map((input) => requestOf(contract, input, options)) };
      const { jobs } = await calls.enqueueJobs({ body }, call);
      return jobs.map((job) => enqueued(contract, job));
    },

    handle,
    get: (id, options) => calls.getJob(byId(id), options),
    list: (filter = {}, options = {}) =>
      createListing(options, (page, call) =>
        calls.listJobs({ query: { ...filterOf(filter), ...page } }, call),
      ),
    attempts: (id, options = {}) =>
      createListing(options, (query, call) => calls.listJobAttempts({ ...byId(id), query }, call)),
    logs: (id, options = {}) =>
      createListing(options, (query, call) => calls.listJobLogs({ ...byId(id), query }, call)),
    cancel: (id, options) => calls.cancelJob(byId(id), options),
    retry: (id, options) => calls.retryJob(byId(id), options),
    reschedule: (id, { runAt, priority }, options) =>
      calls.rescheduleJob({ ...byId(id), body: { run_at: runAt?.toISOString(), priority } }, options),
    bulk: async (action, filter, options) =>
      enqueued(bulk, await calls.bulkJobs({ body: { action, filter: filterOf(filter) } }, options)),
    delete: (id, options) => calls.deleteJob(byId(id), options),
    events: (id, options) => eventsOf(calls, id, options),
    result,
  };
}
