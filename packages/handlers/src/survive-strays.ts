import type { Logger } from '@orq/queue';

/**
 * An error that a handler lets loose outside of its promise (in a timer, an event listener, a promise that nobody
 * awaits) would end the process and every other job with it. It is logged instead: the job that caused it goes on
 * to its own outcome, and the others to theirs.
 */
export function surviveStrayErrors(log: Logger): void {
  const logStray = (error: unknown) =>
    log.error(
      { error: error instanceof Error ? (error.stack ?? error.message) : String(error) },
      'stray error',
    );
  process.on('uncaughtException', logStray);
  process.on('unhandledRejection', logStray);
}
