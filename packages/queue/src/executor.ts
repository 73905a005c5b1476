import { z } from 'zod';
import { errorText, PermanentError } from './errors.ts';
import type { Effect, Handler } from './handler.ts';
import type { Logger } from './logger.ts';
import { createProgressReporter } from './progress-reporter.ts';
import { settle, type Outcome, type Settled, type SettleDeps } from './settle.ts';
import type { ClaimedJob } from './sql/claim.ts';
import { liveJobTypes } from './sql/workers.ts';
import { untilDatabaseAnswers } from './until-database-answers.ts';

export interface ExecutorDeps extends SettleDeps {
  log: Logger;
  /** Aborted when the job should end early: the worker shuts down, or has lost its lease. */
  signal: AbortSignal;
  /** Called when another live worker knows a type that this one does not. */
  leaveToOthers(jobType: string): void;
}

export interface Execution extends Settled {
  durationMs: number;
}

/** A payload that does not fit its contract, or a result that does not: no retry would change that. */
class ContractError extends PermanentError {}

/**
 * The life of one claimed job, step by step: resolve its handler, parse the input, perform, serialize the output, settle.
 * It never throws: whatever goes wrong becomes the job's outcome.
 */
export async function execute(job: ClaimedJob, deps: ExecutorDeps): Promise<Execution> {
  const log = deps.log.child({ job_id: job.id, job_type: job.type, attempt: job.attempt });
  const startedAt = performance.now();
  log.info({ max_attempts: job.maxAttempts }, 'job started');

  const outcome = await attempt(job, deps, log);
  const settled = await settle(job, outcome, deps, log);

  const { status, error } = settled;
  const durationMs = Math.round(performance.now() - startedAt);
  const line = { status, duration_ms: durationMs, ...(error !== null && { error }) };
  if (status === 'completed' || status === 'released') log.info(line, `job ${status}`);
  else log.warn(line, `job ${status}`);
  return { ...settled, durationMs };
}

async function attempt(job: ClaimedJob, deps: ExecutorDeps, log: Logger): Promise<Outcome> {
  const progress = createProgressReporter(deps.sql, job);
  try {
    const handler = deps.handlers.get(job.type);
    if (!handler) return await unknownType(job, deps);
    const run = parseInput(handler, job);
    const effects = collectEffects(log);
    const output = await run({
      job: { id: job.id, type: job.type, attempt: job.attempt, maxAttempts: job.maxAttempts },
      signal: deps.signal,
      progress: progress.report,
      log,
      commit: effects.add,
    });
    return { kind: 'completed', result: serialize(handler, output), effects: effects.close() };
  } catch (error) {
    if (deps.signal.aborted) return { kind: 'released' };
    return { kind: 'failed', error, permanent: error instanceof PermanentError };
  } finally {
    await progress.close();
  }
}

/** What a handler adds once it has ended cannot count any more: whether it did would be a matter of luck. */
function collectEffects(log: Logger) {
  const effects: Effect[] = [];
  let closed = false;
  return {
    add(effect: Effect) {
      if (closed) log.error({}, 'commit() was called after the handler had ended: its effect is not written');
      else effects.push(effect);
    },
    close(): readonly Effect[] {
      closed = true;
      return effects;
    },
  };
}

/** During a rolling deploy a newer worker may know the type: the job is then its, and no failure. */
async function unknownType(job: ClaimedJob, deps: ExecutorDeps): Promise<Outcome> {
  const known = await untilDatabaseAnswers(() => liveJobTypes(deps.sql), deps.log, deps.signal);
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
