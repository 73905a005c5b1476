import type { FieldError } from '../field-errors.ts';
import type { JobResource } from '../resources/job.ts';
import type { Problem, ProblemKind } from '../problems.ts';

/** What the client throws is one of its subclasses, or the reason of a signal that was aborted. */
export abstract class OrqError extends Error {}

const PROBLEM_TYPE = 'urn:orq:problem:';

/** The api refused the call, and says why. */
export class ProblemError extends OrqError {
  override readonly name: string = 'ProblemError';
  /** Which problem it is; a newer api may have some that are not listed here. */
  readonly kind: ProblemKind | (string & {});
  readonly status: number;
  /** What to do about it. */
  readonly detail: string;
  /** The fields that are wrong, each by its path, such as `input.video_asset_id`. */
  readonly errors: readonly FieldError[];
  /** Finds the request in the logs of the api. */
  readonly requestId: string | undefined;
  /** How long the api asks to wait before another try, in ms. */
  readonly retryAfterMs: number | undefined;

  constructor(call: string, problem: Problem, retryAfterMs?: number) {
    super(`${call}: ${problem.detail}`);
    const { type } = problem;
    this.kind = type.startsWith(PROBLEM_TYPE) ? type.slice(PROBLEM_TYPE.length) : 'unknown';
    this.status = problem.status;
    this.detail = problem.detail;
    this.errors = problem.errors ?? [];
    this.requestId = problem.request_id;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The api asks for a key, and `token` is none that it knows, or none any more. */
export class UnauthorizedError extends ProblemError {
  override readonly name = 'UnauthorizedError';
}

/** The key of `token` may not do that: the message names the scope, or the queues, that it would take. */
export class ForbiddenError extends ProblemError {
  override readonly name = 'ForbiddenError';
}

/** The api was not reached, or the connection broke; `cause` says how. */
export class NetworkError extends OrqError {
  override readonly name = 'NetworkError';
}

/** What was waited for has not come in time. */
export class TimeoutError extends OrqError {
  override readonly name = 'TimeoutError';
  readonly timeoutMs: number;

  constructor(what: string, timeoutMs: number) {
    super(`${what} took longer than ${timeoutMs} ms`);
    this.timeoutMs = timeoutMs;
  }
}

/**
 * What is sent, or what has come, does not fit the contract that this client was built with: it is older or newer than
 * the other side's. Fields that are only additional never lead here.
 */
export class ContractMismatchError extends OrqError {
  override readonly name = 'ContractMismatchError';
  /** The first field that does not fit, such as `variants.0.visual_score`; empty for the value as a whole. */
  readonly path: string;
  readonly errors: readonly FieldError[];

  constructor(what: string, errors: readonly FieldError[], options?: ErrorOptions) {
    const words = errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
    super(`${what} does not fit its contract: ${words.join('; ')}`, options);
    this.path = errors[0]?.path ?? '';
    this.errors = errors;
  }
}

/** The job has failed, and no attempt follows. */
export class JobFailedError extends OrqError {
  override readonly name = 'JobFailedError';
  readonly job: JobResource;

  constructor(job: JobResource) {
    super(`Job ${job.id} (${job.job_type}) failed: ${job.error ?? 'it does not say why'}`);
    this.job = job;
  }
}

/** The job was cancelled before it had completed. */
export class JobCancelledError extends OrqError {
  override readonly name = 'JobCancelledError';
  readonly job: JobResource;

  constructor(job: JobResource) {
    super(`Job ${job.id} (${job.job_type}) was cancelled`);
    this.job = job;
  }
}
