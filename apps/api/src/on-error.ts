import { StorageFullError, StorageUnavailableError } from '@orq/storage';
import type { Logger } from '@orq/queue';
import type { ErrorHandler } from 'hono';
import { DatabaseUnavailableError } from './database-call.ts';
import type { ApiEnv } from './api-env.ts';
import { ProblemError, problemResponse } from './problem.ts';

const RETRY_AFTER = { 'retry-after': '5' };

/** What an error is to the client. Nothing of an error that we did not expect is told. */
function toProblem(error: Error): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof DatabaseUnavailableError) {
    return new ProblemError('unavailable', 'The database cannot do this now; try again in a few seconds', {
      headers: RETRY_AFTER,
    });
  }
  if (error instanceof StorageUnavailableError) {
    return new ProblemError('unavailable', 'Storage does not answer; try again in a few seconds', {
      headers: RETRY_AFTER,
    });
  }
  if (error instanceof StorageFullError) {
    return new ProblemError('storage-full', 'Nothing was stored; try again once there is room');
  }
  return new ProblemError('internal', 'The request failed; tell us its request_id, the log has the reason');
}

/** Turns what a route throws into a problem, and logs what no route foresaw. */
export function onError(log: Logger): ErrorHandler<ApiEnv> {
  return (error, c) => {
    const problem = toProblem(error);
    const response = problemResponse(c, problem);
    const line = { request_id: c.get('requestId'), method: c.req.method, path: c.req.path };
    if (error !== problem) log.error({ ...line, err: error }, 'request failed');
    else log.debug({ ...line, problem: problem.kind, detail: problem.message }, 'request refused');
    return response;
  };
}
