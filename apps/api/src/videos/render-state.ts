import type { RenderState } from '@orq/contracts';
import { jobStatus } from '@orq/db';
import { ProblemError } from '../problem.ts';

/** What is read of the job that renders something. */
export const renderColumns = { job_id: jobStatus.id, status: jobStatus.status };

const UNDER_WAY: ReadonlySet<RenderState['status']> = new Set(['pending', 'processing', 'retry', 'blocked']);
/** In seconds. A clip takes a few. */
const RETRY_AFTER = '2';

/** @throws {ProblemError} `not-rendered` where there is nothing yet: it says whether to wait, and for which job */
export function rendered<Stored>(stored: Stored | null, render: RenderState | null, what: string): Stored {
  if (stored) return stored;
  if (!render) {
    throw new ProblemError('not-rendered', `${what} was not rendered: analyse the video again`);
  }
  const job = `/jobs/${render.job_id}`;
  if (UNDER_WAY.has(render.status)) {
    const detail = `${what} is not there yet: ${job} renders it and is ${render.status}`;
    throw new ProblemError('not-rendered', detail, { render, headers: { 'retry-after': RETRY_AFTER } });
  }
  throw new ProblemError('not-rendered', `${what} was not rendered: ${job} is ${render.status}`, { render });
}
