import { z } from 'zod';
import { LONGEST_DELAY_MS } from './retry-policy.ts';

const LAST_TIME_MS = Date.UTC(9999, 11, 31);

/** Thrown by a handler whose job no retry can save: the job fails at once. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError';
}

/** Thrown by a handler that knows when another attempt makes sense. This one has failed, and counts. */
export class RetryAtError extends Error {
  override readonly name = 'RetryAtError';
  /** The time of the next attempt, or how long until it, in ms. */
  readonly at: Date | number;

  /** @throws {RangeError} when `at` is no time, or no delay from 0 to 30 days */
  constructor(at: Date | number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.at = timeAhead(at);
  }
}

/** Thrown by a handler that cannot work yet: the job waits, and no attempt is spent. */
export class SnoozeError extends Error {
  override readonly name = 'SnoozeError';
  /** When to try again, or in how many ms. */
  readonly until: Date | number;

  /** @throws {RangeError} when `until` is no time, or no delay from 0 to 30 days */
  constructor(until: Date | number, message = 'Snoozed') {
    super(message);
    this.until = timeAhead(until);
  }
}

function timeAhead(time: Date | number): Date | number {
  const isValid =
    time instanceof Date
      ? time.getTime() >= 0 && time.getTime() <= LAST_TIME_MS
      : time >= 0 && time <= LONGEST_DELAY_MS;
  if (isValid) return time;
  throw new RangeError(
    `A time up to the year 9999, or a delay from 0 to ${LONGEST_DELAY_MS} ms, was to be given`,
  );
}

/** The reason of an aborted `signal` when the job was cancelled. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';
  constructor() {
    super('The job was cancelled while it ran');
  }
}

/** The reason of an aborted `signal` when the attempt took too long: it has failed, and another may follow. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
  constructor(timeoutMs: number) {
    super(`The attempt took longer than its timeout of ${timeoutMs} ms`);
  }
}

/** The reason of an aborted `signal` when the job's deadline came: it has failed, and no attempt follows. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
  constructor(begun: boolean) {
    super(
      begun
        ? 'The deadline came while the job ran'
        : 'The deadline had passed before the attempt could begin',
    );
  }
}

/** The reason of an aborted `signal` when the worker shuts down: the job is handed back, no attempt spent. */
export class ShutdownError extends Error {
  override readonly name = 'ShutdownError';
  constructor() {
    super('The worker is shutting down');
  }
}

/** The reason of an aborted `signal` when the job is no longer this worker's: nothing that it does will count. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
  constructor() {
    super('The worker was taken for dead, and its jobs were given to others');
  }
}

const MAX_ERROR_LENGTH = 4000;
const MAX_CAUSES = 4;

/** An error in words, as it is kept with the job: its message and those of its causes, at most 4,000 characters. */
export function errorText(error: unknown): string {
  const words = inWords(error).replaceAll('\u0000', '');
  return words.length > MAX_ERROR_LENGTH ? `${words.slice(0, MAX_ERROR_LENGTH - 1)}…` : words;
}

/** Handlers throw anything, also what cannot be turned into a string. */
function inWords(error: unknown): string {
  try {
    return String(describe(error));
  } catch {
    return 'something was thrown that cannot be put into words';
  }
}

function describe(error: unknown, depth = 0): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  if (!(error instanceof Error)) return String(error);
  // A refused connection to a host with several addresses has no message of its own.
  const parts = error instanceof AggregateError && depth < MAX_CAUSES ? error.errors : [];
  const own = error.message || parts.map((part) => describe(part, depth + 1)).join('; ') || error.name;
  if (error.cause === undefined || depth >= MAX_CAUSES) return own;
  return `${own}${own.endsWith('.') ? '' : ':'} ${describe(error.cause, depth + 1)}`;
}

/** SQLSTATE classes that pass by themselves: connection, rollback, resources, locks, operator intervention, system. */
const TRANSIENT_CLASSES = new Set(['08', '40', '53', '55', '57', '58']);

const TRANSIENT_CODES = new Set([
  'CONNECTION_CLOSED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  // The transaction was idle for too long: this process was stopped.
  '25P03',
  // The server has become a standby: the client will find the primary again.
  '25006',
]);

/**
 * Whether a database call failed for a reason that passes: the server is gone, restarts, or is overloaded.
 * A statement that the server refuses for what it says is not transient, nor is a client that was closed.
 */
export function isTransient(error: unknown): boolean {
  const code = codeOf(error);
  if (code === undefined) return false;
  const isSqlState = /^[0-9A-Z]{5}$/.test(code);
  return TRANSIENT_CODES.has(code) || (isSqlState && TRANSIENT_CLASSES.has(code.slice(0, 2)));
}

/** Whether two transactions were in each other's way (deadlock, serialization), so that the same again may do. */
export function isConflict(error: unknown): boolean {
  const code = codeOf(error);
  return code === '40001' || code === '40P01';
}

function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
