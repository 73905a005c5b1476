import { PermanentError, RetryAtError, SnoozeError } from '../errors.ts';
import type { Thrown } from './messages.ts';

/** The error that was thrown in a thread, as this side knows it. */
export function revive(thrown: Thrown): Error {
  const error = withMeaning(thrown, thrown.cause && { cause: revive(thrown.cause) });
  if (thrown.stack !== undefined) error.stack = thrown.stack;
  return thrown.code === undefined ? error : Object.assign(error, { code: thrown.code });
}

function withMeaning({ meaning, name, message, when }: Thrown, options?: ErrorOptions): Error {
  const isTime = typeof when === 'number' || when instanceof Date;
  if (meaning === 'PermanentError') return new PermanentError(message, options);
  if (meaning === 'SnoozeError' && isTime) return new SnoozeError(when, message);
  if (meaning === 'RetryAtError' && isTime) return new RetryAtError(when, message, options);
  return Object.assign(new Error(message, options), { name });
}
