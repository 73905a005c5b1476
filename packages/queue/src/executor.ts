import { z } from 'zod';
import type { Cancellation } from './cancellation.ts';
import { errorText, PermanentError } from './errors.ts';
import type { Handler } from './handler.ts';
import type { Logger } from './logger.ts';
import { HandlerRun } from './run-context.ts';
import { settle, type Outcome, type Settled, type SettleDeps } from './settle.ts';
import type { ClaimedJob } from './sql/claim.ts';
import { liveJobTypes } from './sql/workers.ts';
import { untilDatabaseAnswers } from './until-database-answers.ts';

export interface ExecutorDeps extends SettleDeps {
  log: Logger;
  /** Called when another live worker knows a type that this one does not. */
  leaveToOthers(jobType: string): void;
  /** Called when the handler has ended, before its outcome is written: its slot is free. */
  onPerformed(): void;
}

export interface Execution extends Settled {
  durationMs: number;
}

/** A payload that does not fit its contract, or a result that does not: no retry would change that. */
class ContractError extends PermanentError {}

/**
 * The life of one claimed job, step by step: resolve its handler, parse the input, perform, serialize the output, settle.
 * It never throws: whatever goes wrong becomes the job's outcome.
 *
 * @param cancellation requested when the job should end early: the worker shuts down, or has lost its lease
 */
export async function execute(
  job: ClaimedJob,
  cancellation: Cancellation,
  deps: ExecutorDeps,
): Promise<Execution> {
  const startedAt = performance.now();
  const { id: job_id, type: job_type, attempt: number, maxAttempts: max_attempts } = job;
  deps.log.info({ job_id, job_type, attempt: number, max_attempts }, 'job started');

  const outcome = await attempt(job, cancellation, deps);
  deps.onPerformed();
  const settled = await settle(job, outcome, deps);

  const { status, result, error } = settled;
  const durationMs = Math.round(performance.now() - startedAt);
  const line = {
    job_id,
    job_type,
    attempt: number,
    status,
    duration_ms: durationMs,
    error: error ?? undefined,
  };
  if (status === 'completed' || status === 'released') deps.log.info(line, `job ${status}`);
  else deps.log.warn(line, `job ${status}`);
  return { status, result, error, durationMs };
}

async function attempt(job: ClaimedJob, cancellation: Cancellation, deps: ExecutorDeps): Promise<Outcome> {
  const run = new HandlerRun(job, deps.sql, cancellation, deps.log);
  try {
    const handler = deps.handlers.get(job.type);
    if (!handler) return await unknownType(job, cancellation, deps);
    const output = await parseInput(handler, job)(run);
    return { kind: 'completed', result: serialize(handler, output), effects: run.end() };
  } catch (error) {
    run.end();
    if (cancellation.requested) return { kind: 'released' };
    return { kind: 'failed', error, permanent: error instanceof PermanentError };
  }
}

/** During a rolling deploy a newer worker may know the type: the job is then its, and no failure. */
async function unknownType(
  job: ClaimedJob,
  cancellation: Cancellation,
  deps: ExecutorDeps,
): Promise<Outcome> {
  const known = await untilDatabaseAnswers(() => liveJobTypes(deps.sql), deps.log, cancellation.signal);
  if (known.has(job.type)) {
    deps.leaveToOthers(job.type);
    return { kind: 'released' };
  }
  throw new PermanentError(
    `Unknown job_type ${JSON.stringify(job.type)}: no live worker has a handler for it. ` +
      'Register one, deploy the worker, and enqueue the job again.',
  );
}

function parseInput(handler: Handler, job: ClaimedJob) {
  try {
    return handler.accept(job.payload);
  } catch (error) {
    throw contractError('The payload does not fit the contract', error);
  }
}

function serialize(handler: Handler, output: unknown) {
  try {
    return handler.serialize(output);
  } catch (error) {
    throw contractError('The result does not fit the contract', error);
  }
}

function contractError(what: string, error: unknown) {
  return error instanceof z.ZodError ? new ContractError(`${what}: ${errorText(error)}`) : error;
}
