import type { Sql } from '@orq/db';
import { cancelJob } from '../../src/sql/cancel.ts';
import { keysWithFreedSlots, wakeKeys } from '../../src/sql/concurrency-keys.ts';
import { deleteJob } from '../../src/sql/delete.ts';
import { pauseQueue, pausedSince, resumeQueue } from '../../src/sql/queues.ts';
import { retireWorker } from '../../src/sql/release.ts';
import { rescheduleJob } from '../../src/sql/reschedule.ts';
import { rescueJobs } from '../../src/sql/rescue.ts';
import { retryJob } from '../../src/sql/retry.ts';
import { registerWorker, sendHeartbeat } from '../../src/sql/workers.ts';
import { queryOn } from '../../src/transaction.ts';
import { dateOf, type Instant, instantText, isDue, LEAP_S, microsOf } from './instants.ts';
import { freedKeys, wake as wakeInModel } from './keys.ts';
import { isOpen, type ModelJob, type QueueModel, waits } from './model.ts';
import { handAt } from './pick.ts';
import { dueOf, leap, silence } from './real.ts';
import * as settling from './settling.ts';
import { expectSame, type Step, step } from './step.ts';

export const REGISTRATION = {
  version: '0',
  queues: ['default', 'other'],
  jobTypes: ['a', 'b'],
  concurrency: 1,
  leaseMs: 600_000,
};

const isRegistered = (index: number) => (model: QueueModel) =>
  model.workers.has(handAt(model.hands, index).workerId);

/** A worker comes, or comes back under a new name: its old tickets are still in its hands. */
export const register = (index: number): Step =>
  step(
    `w${index} registers`,
    async (model, sql) => {
      const hand = handAt(model.hands, index);
      hand.workerId = model.newId(`w${index}@${model.trace.length}`);
      await registerWorker(sql, { ...REGISTRATION, id: hand.workerId, name: hand.name });
      model.workers.set(hand.workerId, { late: false });
      return model.nameOf(hand.workerId);
    },
    (model) => !isRegistered(index)(model),
  );

export const heartbeat = (index: number): Step =>
  step(
    `w${index} sends a heartbeat`,
    async (model, sql) => {
      const { workerId } = handAt(model.hands, index);
      const lives = await sendHeartbeat(sql, workerId);
      expectSame(model, lives, model.workers.has(workerId));
      if (lives) model.workers.set(workerId, { late: false });
      return lives ? 'lives' : 'was taken for dead';
    },
    (model) => model.workers.get(handAt(model.hands, index).workerId)?.late !== false,
  );

export const die = (index: number, how: 'stopped' | 'forgotten'): Step =>
  step(
    `w${index} is ${how}`,
    async (model, sql) => {
      const { workerId } = handAt(model.hands, index);
      await silence(sql, workerId, how);
      if (how === 'forgotten') model.workers.delete(workerId);
      else if (model.workers.has(workerId)) model.workers.set(workerId, { late: true });
      return model.nameOf(workerId);
    },
    (model) => model.workers.get(handAt(model.hands, index).workerId)?.late === false,
  );

export const rescue = (index: number): Step =>
  step(
    `w${index} rescues`,
    async (model, sql) => {
      const { workerId } = handAt(model.hands, index);
      const rescued = await rescueJobs(sql, workerId);
      const told = rescued.map(({ job_id, attempt, state, worker_id }) => ({
        job_id,
        attempt,
        state,
        worker_id,
      }));
      expectSame(model, told.sort(byJob), settling.rescue(model, workerId).sort(byJob));
      return told.map(({ job_id, state }) => `${model.nameOf(job_id)} ${state}`).join(', ') || 'none';
    },
    (model) => [...model.workers.values()].some(({ late }) => late) || hasOrphans(model),
  );

/** Claims of workers that are not registered. */
const hasOrphans = (model: QueueModel) =>
  [...model.claims.values()].some(({ workerId }) => !model.workers.has(workerId));

const byJob = (a: { job_id: string }, b: { job_id: string }) => (a.job_id < b.job_id ? -1 : 1);

export const retire = (index: number): Step =>
  step(
    `w${index} retires`,
    async (model, sql) => {
      const { workerId } = handAt(model.hands, index);
      const released = await retireWorker(sql, workerId);
      expectSame(model, released, settling.retire(model, workerId));
      return `${released} handed back`;
    },
    isRegistered(index),
  );

/** Cancels a job that runs, one that is open, or any; where there is none, any. */
export const cancel = (which: 'running' | 'open' | 'any', nth: number): Step =>
  step(
    `cancel ${which} job ${nth}`,
    async (model, sql) => {
      const open = model.jobs.filter((job) => isOpen(job) && (which === 'open' || !waits(job)));
      const from = which === 'any' || open.length === 0 ? model.jobs : open;
      const id = from[nth % from.length]?.id ?? '';
      const answer = await cancelJob(sql, id);
      expectSame(model, answer, settling.cancel(model, id));
      return `${model.nameOf(id)} ${answer}`;
    },
    (model) => model.jobs.length > 0,
  );

/** Any job: most often one that has ended, or one that waits. */
function pickJob(model: QueueModel, wanted: (job: ModelJob) => boolean, nth: number): ModelJob {
  const fitting = model.jobs.filter(wanted);
  const from = fitting.length > 0 && nth % 4 > 0 ? fitting : model.jobs;
  const job = from[nth % from.length];
  if (!job) throw new Error('there is no job');
  return job;
}

const hasJobs = (model: QueueModel) => model.jobs.length > 0;

export const retry = (nth: number): Step =>
  step(
    `retry job ${nth}`,
    async (model, sql) => {
      const job = pickJob(model, ({ status }) => status === 'failed' || status === 'cancelled', nth);
      const answer = await retryJob(queryOn(sql), job.id, null);
      const again = job.status === 'failed' || job.status === 'cancelled';
      const otherwise = job.status === 'completed' ? 'completed' : 'unfinished';
      expectSame(model, answer, { queue: job.queue, outcome: again ? 'retried' : otherwise });
      if (again) settling.retry(job, model, await dueOf(sql, job.id));
      return `${model.nameOf(job.id)} ${answer?.outcome}`;
    },
    hasJobs,
  );

export const reschedule = (nth: number, at: Instant | null, priority: number | null): Step =>
  step(
    `reschedule job ${nth} to ${at ? instantText(at) : 'its time'}, priority ${priority}`,
    async (model, sql) => {
      const job = pickJob(model, waits, nth);
      const to = { ...(at && { runAt: dateOf(at) }), ...(priority !== null && { priority }) };
      const answer = await rescheduleJob(sql, job.id, to);
      expectSame(model, answer?.outcome, waits(job) ? 'rescheduled' : job.status);
      if (waits(job)) settling.reschedule(job, at && microsOf(at), priority);
      return `${model.nameOf(job.id)} ${answer?.outcome}`;
    },
    hasJobs,
  );

export const remove = (nth: number): Step =>
  step(
    `delete job ${nth}`,
    async (model, sql) => {
      const job = pickJob(model, (candidate) => !isOpen(candidate), nth);
      const answer = await deleteJob(sql, job.id);
      expectSame(model, answer, isOpen(job) ? 'unfinished' : 'deleted');
      if (!isOpen(job)) model.jobs.splice(model.jobs.indexOf(job), 1);
      return `${model.nameOf(job.id)} ${answer}`;
    },
    hasJobs,
  );

/** As housekeeping does: it finds what settlers have left. */
export const wakeFreed = (): Step =>
  step(
    'wake all keys with freed slots',
    async (model, sql) => {
      const freed = await keysWithFreedSlots(sql);
      expectSame(model, freed.toSorted(), freedKeys(model).sort());
      return `${freed.join(', ') || 'none'}: ${await wakeBoth(model, sql, freed)}`;
    },
    (model) => model.slots.size > 0,
  );

export const wake = (keys: readonly string[]): Step =>
  step(
    `wake ${keys.join(', ')}`,
    (model, sql) => wakeBoth(model, sql, keys),
    (model) => model.slots.size > 0,
  );

async function wakeBoth(model: QueueModel, sql: Sql, keys: readonly string[]): Promise<string> {
  const woken = await wakeKeys(sql, keys);
  expectSame(model, woken, wakeInModel(model, keys));
  return woken.map(({ id }) => model.nameOf(id)).join(', ') || 'nothing';
}

export const pause = (queue: string): Step =>
  step(
    `pause ${queue}`,
    async (model, sql) => {
      const since = await pausedSince(sql, queue);
      await pauseQueue(sql, queue);
      model.pausedQueues.add(queue);
      const now = await pausedSince(sql, queue);
      expectSame(model, now, since ?? now);
      return 'paused';
    },
    (model) => !model.pausedQueues.has(queue),
  );

export const resume = (queue: string): Step =>
  step(
    `resume ${queue}`,
    async (model, sql) => {
      await resumeQueue(sql, queue);
      model.pausedQueues.delete(queue);
      expectSame(model, await pausedSince(sql, queue), null);
      return 'resumed';
    },
    (model) => model.pausedQueues.has(queue),
  );

export const timePasses = (): Step =>
  step(
    'time passes',
    async (model, sql) => {
      await leap(sql);
      const late = model.jobs.filter((job) => waits(job) && !job.parked && !isDue(job.due));
      for (const job of late) job.due -= LEAP_S * 1_000_000;
      return `${late.length} jobs are due`;
    },
    (model) => model.jobs.some((job) => waits(job) && !isDue(job.due)),
  );
