import type { JobStatus } from '@orq/contracts';
import type { Sql } from '@orq/db';
import { type Completer, SETTLE_BOUND_MS } from './completer.ts';
import { errorText, isConflict, isTransient, PermanentError, RetryAtError } from './errors.ts';
import type { Effect, Handler } from './handler.ts';
import type { Logger } from './logger.ts';
import { DEFAULT_RETRY, retryDelayMs } from './retry-policy.ts';
import type { ClaimedJob } from './sql/claim.ts';
import { completeJobs, isCompleted } from './sql/complete.ts';
import { type FailedAttempt, failJob } from './sql/fail.ts';
import { releaseJobs, snoozeJob } from './sql/release.ts';
import { transact } from './transact.ts';
import { untilDatabaseAnswers } from './until-database-answers.ts';
import { within } from './within.ts';

export interface SettleDeps {
  sql: Sql;
  workerId: string;
  log: Logger;
  /** Settles what has no effects together with others. */
  completer: Completer;
  handlers: ReadonlyMap<string, Handler>;
  /** Aborted when the worker has stopped: an outcome that is not written by then is left to the lease. */
  abandoned: AbortSignal;
}

/** What an attempt came to, before it is written. */
export type Outcome =
  | { kind: 'completed'; result: string; effects: readonly Effect[] }
  | { kind: 'failed'; error: unknown; permanent: boolean }
  | { kind: 'cancelled'; error: Error }
  | { kind: 'snoozed'; until: Date | number }
  | { kind: 'released' };

/**
 * How an attempt ended. `released` and `snoozed`: handed back, not counted. `lost`: the job was no longer ours to settle.
 * `unsettled`: nothing could be written, the job is still ours.
 */
export interface Settled {
  status: JobStatus | 'released' | 'snoozed' | 'lost' | 'unsettled';
  /** JSON text; null where there is none. */
  result: string | null;
  error: string | null;
}

const LOST: Settled = { status: 'lost', result: null, error: null };

/** Writes an outcome, behind the job's fence, as soon as the database answers. Never throws. */
export function settle(job: ClaimedJob, outcome: Outcome, deps: SettleDeps): Promise<Settled> {
  const failed = (error: unknown) => couldNotWrite(job, outcome, error, deps);
  if (outcome.kind !== 'completed' || outcome.effects.length > 0) {
    return untilDatabaseAnswers(() => write(job, outcome, deps), deps.log, deps.abandoned).catch(failed);
  }
  const { result } = outcome;
  // The way of most jobs: an async function here, and one more promise, would be a tenth of what a small job allocates.
  return deps.completer
    .add({ job, result })
    .then((done) => (done ? { status: 'completed', result, error: null } : LOST), failed);
}

async function couldNotWrite(
  job: ClaimedJob,
  outcome: Outcome,
  error: unknown,
  deps: SettleDeps,
): Promise<Settled> {
  // What is left is about this job: an effect that failed, or a result that PostgreSQL cannot hold.
  if (outcome.kind === 'completed' && !isTransient(error)) {
    const cause = error instanceof EffectError ? error.cause : error;
    const failure = { kind: 'failed', error: cause, permanent: cause instanceof PermanentError } as const;
    return settle(job, failure, deps);
  }
  deps.log.error(
    { job_id: job.id, job_type: job.type, attempt: job.attempt, error: errorText(error) },
    'the outcome could not be written; the job runs again when this worker has stopped',
  );
  return { status: 'unsettled', result: null, error: errorText(error) };
}

async function write(job: ClaimedJob, outcome: Outcome, deps: SettleDeps): Promise<Settled> {
  switch (outcome.kind) {
    case 'completed': {
      // The answer to an earlier commit of ours may have been lost on the way.
      const done =
        (await completeWithEffects(job, outcome.result, outcome.effects, deps)) ||
        (await answered(isCompleted(deps.sql, deps.workerId, job)));
      return done ? { status: 'completed', result: outcome.result, error: null } : LOST;
    }
    case 'failed': {
      const retry = retryOf(job, outcome, deps);
      return fail(job, { outcome: 'failed', error: errorText(outcome.error), retry }, deps);
    }
    case 'cancelled':
      return fail(job, { outcome: 'cancelled', error: errorText(outcome.error), retry: null }, deps);
    case 'snoozed': {
      const done = await answered(snoozeJob(deps.sql, job, outcome.until));
      return done ? { status: 'snoozed', result: null, error: null } : LOST;
    }
    case 'released': {
      const done = await answered(releaseJobs(deps.sql, [job]));
      return done === 1 ? { status: 'released', result: null, error: null } : LOST;
    }
  }
}

const STATUS_OF = { open: 'retry', failed: 'failed', cancelled: 'cancelled' } as const;

async function fail(
  job: ClaimedJob,
  attempt: FailedAttempt,
  { sql, workerId }: SettleDeps,
): Promise<Settled> {
  const state = await answered(failJob(sql, job, workerId, attempt));
  return state ? { status: STATUS_OF[state], result: null, error: attempt.error } : LOST;
}

/** When another attempt follows: a time, or a delay in ms; null where none does. */
function retryOf(
  job: ClaimedJob,
  { error, permanent }: { error: unknown; permanent: boolean },
  deps: SettleDeps,
): Date | number | null {
  if (permanent || job.attempt >= job.maxAttempts) return null;
  const at = error instanceof RetryAtError ? error.at : delayMs(job, error, deps);
  const inMs = at instanceof Date ? at.getTime() - Date.now() : at;
  return performance.now() + inMs < (job.limits?.deadlineAt ?? Infinity) ? at : null;
}

function delayMs(job: ClaimedJob, error: unknown, { handlers, log }: SettleDeps): number {
  const { id, type, attempt, limits } = job;
  const failure = { attempt, error, job: { id, type } };
  try {
    return retryDelayMs(limits?.retry ?? handlers.get(type)?.retry ?? DEFAULT_RETRY, failure);
  } catch (fault) {
    log.error({ job_id: id, job_type: type, error: errorText(fault) }, 'the retry function gave no delay');
    return retryDelayMs(DEFAULT_RETRY, failure);
  }
}

const answered = <T>(statement: Promise<T>) => within(SETTLE_BOUND_MS, statement);

/** Thrown inside the completing transaction to undo it: the job is another's by now. */
class FencedError extends Error {}

/** Carries what an effect threw out of its transaction: the effect's own fault, whatever its code says. */
class EffectError extends Error {}

/** How long an effect may leave the database without a statement before its transaction is given up. In ms. */
const IDLE_BOUND_MS = 60_000;

/** Only the fence has a bound, and idleness: how long the effects may take is their own affair. */
async function completeWithEffects(
  job: ClaimedJob,
  result: string,
  effects: readonly Effect[],
  { sql, workerId }: SettleDeps,
) {
  let late = false;
  let passFence = (): void => undefined;
  const fencePassed = new Promise<void>((resolve) => (passFence = resolve));

  const written = transact(sql, async (tx) => {
    // A worker that is stopped here must not keep its job locked for as long as its connection lasts.
    const bounded = tx`SELECT set_config('idle_in_transaction_session_timeout', ${String(IDLE_BOUND_MS)}, true)`;
    // The fence first: it locks the job, so that no effect is written for a job that is another's.
    const [lost] = await Promise.all([completeJobs(tx, workerId, [{ job, result }]), bounded]);
    if (lost.size > 0 || late) throw new FencedError();
    passFence();
    for (const effect of effects) {
      try {
        await effect(tx);
      } catch (cause) {
        throw isConflict(cause) ? cause : new EffectError('An effect failed', { cause });
      }
    }
  });
  try {
    await answered(Promise.race([fencePassed, written])).finally(() => (late = true));
    await written;
    return true;
  } catch (error) {
    written.catch(() => undefined);
    if (error instanceof FencedError) return false;
    throw error;
  }
}
