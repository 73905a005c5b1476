import { within } from './within.ts';

/** The database did not answer. */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';

  constructor(cause: unknown) {
    super('The database does not answer', { cause });
  }
}

/**
 * SQLSTATE classes of what may succeed later: connection, a transaction undone for another's sake (two batches that take
 * the same unique keys in another order), resources, operator intervention.
 */
const TRANSIENT_CLASSES = new Set(['08', '40', '53', '57']);

/** Of all that a query can throw, what the server said is a PostgresError, and what the connection did has a code. */
function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  if (error.name === 'PostgresError') return TRANSIENT_CLASSES.has(code?.slice(0, 2) ?? '');
  // drizzle wraps what its driver threw.
  return code !== null || isUnavailable(error.cause);
}

/** Waits for a call that reaches the database. @throws {DatabaseUnavailableError} when that is gone */
export async function answerInItsTime<T>(call: PromiseLike<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw isUnavailable(error) ? new DatabaseUnavailableError(error) : error;
  }
}

/**
 * Waits for a query, at most `withinMs`: a database that is gone or frozen must not hold requests for long. What the
 * query gives after that is dropped; a transaction may still commit.
 *
 * @throws {DatabaseUnavailableError} when the database is gone, or has not answered in time
 */
export function answer<T>(query: PromiseLike<T>, withinMs = 3_000): Promise<T> {
  return within(withinMs, answerInItsTime(query), () => {
    throw new DatabaseUnavailableError(new Error(`no answer within ${withinMs} ms`));
  });
}
