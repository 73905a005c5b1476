import type { FailedAttempt } from '../../src/sql/fail.ts';
import type { RescuedJob } from '../../src/sql/rescue.ts';
import type { Ticket } from './hand.ts';
import { type ModelJob, type QueueModel, waits } from './model.ts';

export function complete(model: QueueModel, ticket: Ticket): boolean {
  const job = model.heldBy(ticket);
  if (!job) return false;
  model.move(job, 'completed', 'complete');
  job.attempt += 1;
  job.hasError = false;
  job.progress = 1;
  job.settledBy = ticket.workerId;
  return true;
}

/** Its last holder is out: from now on the fence keeps them off. */
function takeFrom(job: ModelJob): void {
  job.fence += 1;
  job.progress = null;
}

function endAttempt(job: ModelJob, workerId: string, outcome: 'failed' | 'lost' | 'cancelled'): void {
  takeFrom(job);
  job.attempt += 1;
  job.failures.push(outcome);
  job.hasError = true;
  job.settledBy = workerId;
}

/** @param due when the next attempt is due; null where there is none */
export function fail(
  model: QueueModel,
  ticket: Ticket,
  outcome: FailedAttempt['outcome'],
  due: number | null,
): 'open' | 'failed' | 'cancelled' | null {
  const job = model.heldBy(ticket);
  if (!job) return null;
  const cancelled = outcome === 'cancelled' || job.cancelRequested;
  model.move(job, cancelled ? 'cancelled' : due === null ? 'failed' : 'retry', 'fail');
  endAttempt(job, ticket.workerId, outcome);
  if (cancelled) return 'cancelled';
  if (due === null) return 'failed';
  job.due = due;
  return 'open';
}

/** Hands back what is still held so. @returns how many */
export function release(model: QueueModel, held: readonly { id: string; fence: number }[]): number {
  const jobs = held.flatMap((pair) => model.openUnder(pair) ?? []);
  for (const job of jobs) {
    const next = job.attempt === 0 ? 'pending' : 'retry';
    model.move(job, job.cancelRequested ? 'cancelled' : next, 'release');
    takeFrom(job);
  }
  return jobs.length;
}

export function snooze(model: QueueModel, ticket: Ticket, due: number): boolean {
  const job = model.heldBy(ticket);
  if (!job) return false;
  release(model, [ticket.job]);
  job.due = due;
  return true;
}

export function releaseClaims(model: QueueModel, claimIds: readonly string[]): number {
  const held = claimIds.flatMap((id) => model.claims.get(id)?.jobs ?? []);
  for (const id of claimIds) model.claims.delete(id);
  return release(model, held);
}

export function retire(model: QueueModel, workerId: string): number {
  model.workers.delete(workerId);
  return releaseClaims(
    model,
    [...model.claims].filter(([, claim]) => claim.workerId === workerId).map(([id]) => id),
  );
}

export function cancel(model: QueueModel, id: string): string | null {
  const job = model.jobs.find((candidate) => candidate.id === id);
  if (!job) return null;
  if (waits(job)) {
    model.move(job, 'cancelled', 'cancel');
    job.fence += 1;
    return 'cancelled';
  }
  if (job.status !== 'processing') return job.status;
  job.cancelRequested = true;
  return 'requested';
}

/** @param due when the job is due again */
export function retry(job: ModelJob, model: QueueModel, due: number): void {
  model.move(job, job.attempt === 0 ? 'pending' : 'retry', 'retry');
  takeFrom(job);
  job.due = due;
  job.maxAttempts = Math.max(job.maxAttempts, job.attempt + 1);
  job.cancelRequested = false;
}

/** It stands in `ready` from now on, and has lost its slot if it had one. */
export function reschedule(job: ModelJob, due: number | null, priority: number | null): void {
  job.fence += 1;
  job.parked = false;
  job.due = due ?? job.due;
  job.priority = priority ?? job.priority;
}

type Rescued = Omit<RescuedJob, 'job_type' | 'queue'>;

export function rescue(model: QueueModel, rescuer: string): Rescued[] {
  for (const [id, { late }] of model.workers) if (late && id !== rescuer) model.workers.delete(id);
  const rescued: Rescued[] = [];
  for (const [claimId, claim] of model.claims) {
    if (model.workers.has(claim.workerId)) continue;
    model.claims.delete(claimId);
    for (const pair of claim.jobs) {
      const job = model.openUnder(pair);
      if (job) rescued.push(loseAttempt(model, job, claim.workerId));
    }
  }
  return rescued;
}

function loseAttempt(model: QueueModel, job: ModelJob, workerId: string): Rescued {
  const next = job.cancelRequested ? 'cancelled' : job.attempt + 1 < job.maxAttempts ? 'retry' : 'failed';
  model.move(job, next, 'rescue');
  endAttempt(job, workerId, 'lost');
  return {
    job_id: job.id,
    attempt: job.attempt,
    state: next === 'retry' ? 'open' : next,
    worker_id: workerId,
  };
}
