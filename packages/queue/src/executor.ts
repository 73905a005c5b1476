import type { JobStatus } from '@orq/contracts';
import type { Sql } from '@orq/db';
import { z } from 'zod';
import { backoffMs } from './backoff.ts';
import { errorText, PermanentError } from './errors.ts';
import type { Effect, Handler } from './handler.ts';
import type { Logger } from './logger.ts';
import { createProgressReporter } from './progress-reporter.ts';
import type { ClaimedJob } from './sql/claim.ts';
import { completeJob } from './sql/complete.ts';
import { failJob } from './sql/fail.ts';
import { releaseJobs } from './sql/release.ts';
import { liveJobTypes } from './sql/workers.ts';
import { untilDatabaseAnswers } from './until-database-answers.ts';

export interface ExecutorDeps {
  sql: Sql;
  workerId: string;
  handlers: ReadonlyMap<string, Handler>;
  log: Logger;
  /** Aborted when the job should end early: the worker shuts down, or has lost its lease. */
  signal: AbortSignal;
  /** Called when another live worker knows a type that this one does not. */
  leaveToOthers(jobType: string): void;
}

/** How an execution ended. `released`: handed back, no attempt spent. `lost`: the job was no longer ours to settle. */
export interface Execution {
  status: JobStatus | 'released' | 'lost';
  /** JSON text; null where there is none. */
  result: string | null;
  error: string | null;
  durationMs: number;
}

/** What an attempt came to, before it is written. */
type Outcome =
  | { kind: 'completed'; result: string; effects: readonly Effect[] }
  | { kind: 'failed'; error: unknown; permanent: boolean }
  | { kind: 'released' };

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
  const execution = await settle(job, outcome, deps, log);

  const durationMs = Math.round(performance.now() - startedAt);
  const line = {
    status: execution.status,
    duration_ms: durationMs,
    ...(execution.error && { error: execution.error }),
  };
  if (execution.status === 'completed' || execution.status === 'released')
    log.info(line, `job ${execution.status}`);
  else log.warn(line, `job ${execution.status}`);
  return { ...execution, durationMs };
}

async function attempt(job: ClaimedJob, deps: ExecutorDeps, log: Logger): Promise<Outcome> {
  const progress = createProgressReporter(deps.sql, job);
  try {
    const handler = deps.handlers.get(job.type);
    if (!handler) return await unknownType(job, deps);
    const run = parseInput(handler, job);
    const effects: Effect[] = [];
    const output = await run({
      job: { id: job.id, type: job.type, attempt: job.attempt, maxAttempts: job.maxAttempts },
      signal: deps.signal,
      progress: progress.report,
      log,
      commit: (effect) => void effects.push(effect),
    });
    return { kind: 'completed', result: serialize(handler, output), effects };
  } catch (error) {
    if (deps.signal.aborted) return { kind: 'released' };
    return { kind: 'failed', error, permanent: error instanceof PermanentError };
  } finally {
    await progress.close();
  }
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

type Settled = Omit<Execution, 'durationMs'>;

async function settle(job: ClaimedJob, outcome: Outcome, deps: ExecutorDeps, log: Logger): Promise<Settled> {
  try {
    return await untilDatabaseAnswers(() => write(job, outcome, deps), log);
  } catch (error) {
    // What is left is about this job: an effect that failed, or a result that PostgreSQL cannot hold.
    if (outcome.kind === 'completed') {
      const failure: Outcome = { kind: 'failed', error, permanent: error instanceof PermanentError };
      return settle(job, failure, deps, log);
    }
    log.error({ error: errorText(error) }, 'the outcome could not be written; the lease will run out');
    return { status: 'lost', result: null, error: errorText(error) };
  }
}

async function write(job: ClaimedJob, outcome: Outcome, deps: ExecutorDeps): Promise<Settled> {
  const lost: Settled = { status: 'lost', result: null, error: null };
  switch (outcome.kind) {
    case 'completed': {
      const done = await complete(job, outcome.result, outcome.effects, deps);
      return done ? { status: 'completed', result: outcome.result, error: null } : lost;
    }
    case 'failed': {
      const error = errorText(outcome.error);
      const again = !outcome.permanent && job.attempt < job.maxAttempts;
      const retryInMs = again ? backoffMs(job.attempt, deps.handlers.get(job.type)?.retry) : null;
      const done = await failJob(deps.sql, job, deps.workerId, error, retryInMs);
      return done ? { status: again ? 'retry' : 'failed', result: null, error } : lost;
    }
    case 'released': {
      const count = await releaseJobs(deps.sql, [job]);
      return count === 1 ? { status: 'released', result: null, error: null } : lost;
    }
  }
}

/** Thrown inside the completing transaction to undo it: the job is another's by now. */
class FencedError extends Error {}

async function complete(job: ClaimedJob, result: string, effects: readonly Effect[], deps: ExecutorDeps) {
  if (effects.length === 0) return completeJob(deps.sql, job, deps.workerId, result);
  try {
    await deps.sql.begin(async (tx) => {
      // The fence first: it locks the job, so that no effect is written for a job that is another's.
      if (!(await completeJob(tx, job, deps.workerId, result))) throw new FencedError();
      for (const effect of effects) await effect(tx);
    });
    return true;
  } catch (error) {
    if (error instanceof FencedError) return false;
    throw error;
  }
}
