/** An answer did not come in time. Its code makes it count as the database being gone. */
class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
  readonly code = 'ETIMEDOUT';
}

/** Waits for a promise at most `ms`; what it gives after that is dropped. @throws {NoAnswerError} */
export function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new NoAnswerError(`No answer within ${ms} ms`)), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Waits for a promise at most `ms`. @returns whether it ended, well or not, in that time */
export function endsWithin(ms: number, promise: Promise<unknown>): Promise<boolean> {
  const ended = promise.then(
    () => true,
    () => true,
  );
  return within(ms, ended).catch(() => false);
}
