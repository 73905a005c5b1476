import { z } from 'zod';
import { type Cancellation, ForsakenError } from './cancellation.ts';
import {
  CancelledError,
  DeadlineError,
  errorText,
  PermanentError,
  ShutdownError,
  SnoozeError,
  TimeoutError,
} from './errors.ts';
import type { Handler } from './handler.ts';
import { HandlerRun, type RunDeps } from './run-context.ts';
import { settle, type Outcome, type Settled, type SettleDeps } from './settle.ts';
import type { ClaimedJob } from './sql/claim.ts';
import { liveJobTypes } from './sql/workers.ts';
import { untilDatabaseAnswers } from './until-database-answers.ts';
import { endsWithin } from './within.ts';

export interface ExecutorDeps extends SettleDeps, RunDeps {
  /** Called when another live worker knows a type that this one does not. */
  leaveToOthers(jobType: string): void;
  /** Called when the handler has ended, before its outcome is written: its slot is free. */
  onPerformed(job: ClaimedJob): void;
  /** Called in its place when the handler did not end when told to: its slot is stuck until `straggler` has settled. */
  onStuck(job: ClaimedJob, straggler: Promise<unknown>): void;
}

export interface Execution extends Settled {
  durationMs: number;
}

/** How long a job waits to be settled until its log is written. In ms. */
const LOG_BOUND_MS = 1_000;
/** What a timer can hold: 2^31 - 1 ms, which is 24 days. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** A payload that does not fit its contract, or a result that does not: no retry would change that. */
class ContractError extends PermanentError {}

/**
 * The life of one claimed job, step by step: resolve its handler, parse the input, perform under a signal and a time limit,
 * serialize the output, settle. It never throws: whatever goes wrong becomes the job's outcome.
 *
 * @param cancellation requested when the job should end early, for whatever reason
 */
export async function execute(
  job: ClaimedJob,
  cancellation: Cancellation,
  deps: ExecutorDeps,
): Promise<Execution> {
  const startedAt = performance.now();
  const { id: job_id, type: job_type, attempt: number, maxAttempts: max_attempts } = job;
  deps.log.info({ job_id, job_type, attempt: number, max_attempts }, 'job started');

  const run = new HandlerRun(job, cancellation, deps);
  const { outcome, straggler } = await attempt(job, run, cancellation, deps);
  if (straggler) deps.onStuck(job, straggler);
  else deps.onPerformed(job);
  // Whoever sees the job settled finds its log.
  const { unwrittenLog } = run;
  if (unwrittenLog) await endsWithin(LOG_BOUND_MS, unwrittenLog);
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
  if (UNREMARKABLE.has(status)) deps.log.info(line, `job ${status}`);
  else deps.log.warn(line, `job ${status}`);
  return { status, result, error, durationMs };
}

const UNREMARKABLE: ReadonlySet<Settled['status']> = new Set([
  'completed',
  'released',
  'snoozed',
  'cancelled',
]);

interface Attempt {
  outcome: Outcome;
  /** The handler, where it did not end when told to. */
  straggler?: Promise<unknown>;
}

async function attempt(
  job: ClaimedJob,
  run: HandlerRun,
  cancellation: Cancellation,
  deps: ExecutorDeps,
): Promise<Attempt> {
  let running: Promise<unknown> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const handler = deps.handlers.get(job.type);
    if (!handler) return { outcome: await unknownType(job, cancellation, deps) };
    const perform = parseInput(handler, job);
    timer = limitTime(job, handler, cancellation);
    cancellation.throwIfRequested();
    running = perform(run);
    const output = await cancellation.ended(running, handler.graceMs);
    // A handler that shutdown has told to end, and that has done its work all the same, has done it.
    if (!(cancellation.reason instanceof ShutdownError)) cancellation.throwIfRequested();
    return { outcome: { kind: 'completed', result: serialize(handler, output), effects: run.end() } };
  } catch (error) {
    run.end();
    const outcome = outcomeOf(error, cancellation.reason);
    return running && error instanceof ForsakenError ? { outcome, straggler: running } : { outcome };
  } finally {
    clearTimeout(timer);
    cancellation.close();
  }
}

/** Has the run told to end when its time is over, where it has a limit. */
function limitTime(job: ClaimedJob, handler: Handler, cancellation: Cancellation) {
  const timeoutMs = job.limits?.timeoutMs ?? handler.timeoutMs;
  const deadlineMs = (job.limits?.deadlineAt ?? Infinity) - performance.now();
  if (deadlineMs <= 0) cancellation.request(new DeadlineError(false));
  const limitMs = Math.min(timeoutMs ?? Infinity, deadlineMs);
  if (limitMs > LONGEST_TIMER_MS) return undefined;
  const end = () =>
    cancellation.request(limitMs === deadlineMs ? new DeadlineError(true) : new TimeoutError(limitMs));
  return setTimeout(end, limitMs);
}

/** What an attempt came to that gave no result. Once it was told to end, the reason for that counts, not what it threw. */
function outcomeOf(error: unknown, reason: Error | undefined): Outcome {
  if (reason instanceof CancelledError) return { kind: 'cancelled', error: reason };
  if (reason instanceof TimeoutError) return { kind: 'failed', error: reason, permanent: false };
  if (reason instanceof DeadlineError) return { kind: 'failed', error: reason, permanent: true };
  if (reason) return { kind: 'released' };
  if (error instanceof SnoozeError) return { kind: 'snoozed', until: error.until };
  return { kind: 'failed', error, permanent: error instanceof PermanentError };
}

/** During a rolling deploy a newer worker may know the type: the job is then its, and no failure. */
async function unknownType(
  job: ClaimedJob,
  cancellation: Cancellation,
  deps: ExecutorDeps,
): Promise<Outcome> {
  const known = await untilDatabaseAnswers(
    () => liveJobTypes(deps.sql, [job.queue]),
    deps.log,
    cancellation.signal,
  );
  if (known.has(job.type)) {
    deps.leaveToOthers(job.type);
    return { kind: 'released' };
  }
  throw new PermanentError(
    `Unknown job_type ${JSON.stringify(job.type)}: no live worker of queue ${JSON.stringify(job.queue)} has a handler for it. ` +
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
