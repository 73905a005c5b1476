import { z } from 'zod';

/** Thrown by a handler whose job no retry can save: the job fails at once. */
export class PermanentError extends Error {
  override readonly name = 'PermanentError';
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

/** An error in words, as it is kept with the job: its message and those of its causes, at most 4,000 characters. */
export function errorText(error: unknown): string {
  const words = describe(error).replaceAll('\u0000', '');
  return words.length > MAX_ERROR_LENGTH ? `${words.slice(0, MAX_ERROR_LENGTH - 1)}…` : words;
}

function describe(error: unknown, depth = 0): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  if (!(error instanceof Error)) return String(error);
  const own = error.message || error.name;
  return error.cause === undefined || depth >= 4 ? own : `${own}: ${describe(error.cause, depth + 1)}`;
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
  // The server has become a standby: the client will find the primary again.
  '25006',
]);

/**
 * Whether a database call failed for a reason that passes: the server is gone, restarts, or is overloaded.
 * A statement that the server refuses for what it says is not transient, nor is a client that was closed.
 */
export function isTransient(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string') return false;
  const isSqlState = /^[0-9A-Z]{5}$/.test(code);
  return TRANSIENT_CODES.has(code) || (isSqlState && TRANSIENT_CLASSES.has(code.slice(0, 2)));
}
