import { cancelJob } from '../../src/sql/cancel.ts';
import { keysWithFreedSlots, wakeKeys } from '../../src/sql/concurrency-keys.ts';
import { pauseQueue, pausedSince, resumeQueue } from '../../src/sql/queues.ts';
import { retireWorker } from '../../src/sql/release.ts';
import { rescueJobs } from '../../src/sql/rescue.ts';
import { registerWorker, sendHeartbeat } from '../../src/sql/workers.ts';
import { isDue, LEAP_S } from './instants.ts';
import { freedKeys, wake as wakeInModel } from './keys.ts';
import { waits } from './model.ts';
import { handAt } from './pick.ts';
import { leap, silence } from './real.ts';
import * as settling from './settling.ts';
import { expectSame, type Step, step } from './step.ts';

const REGISTRATION = {
  version: '0',
  queues: ['default', 'other'],
  jobTypes: ['a', 'b'],
  concurrency: 1,
  leaseMs: 600_000,
};

/** A worker comes, or comes back under a new name: its old tickets are still in its hands. */
export const register = (index: number): Step =>
  step(`w${index} registers`, async (model, sql) => {
    const hand = handAt(model.hands, index);
    hand.workerId = model.newId(`w${index}@${model.trace.length}`);
    await registerWorker(sql, { ...REGISTRATION, id: hand.workerId, name: hand.name });
    model.workers.set(hand.workerId, { late: false });
    return model.nameOf(hand.workerId);
  });

export const heartbeat = (index: number): Step =>
  step(`w${index} sends a heartbeat`, async (model, sql) => {
    const { workerId } = handAt(model.hands, index);
    const lives = await sendHeartbeat(sql, workerId);
    expectSame(model, lives, model.workers.has(workerId));
    if (lives) model.workers.set(workerId, { late: false });
    return lives ? 'lives' : 'was taken for dead';
  });

export const die = (index: number, how: 'stopped' | 'forgotten'): Step =>
  step(`w${index} is ${how}`, async (model, sql) => {
    const { workerId } = handAt(model.hands, index);
    await silence(sql, workerId, how);
    if (how === 'forgotten') model.workers.delete(workerId);
    else if (model.workers.has(workerId)) model.workers.set(workerId, { late: true });
    return model.nameOf(workerId);
  });

export const rescue = (index: number): Step =>
  step(`w${index} rescues`, async (model, sql) => {
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
  });

const byJob = (a: { job_id: string }, b: { job_id: string }) => (a.job_id < b.job_id ? -1 : 1);

export const retire = (index: number): Step =>
  step(`w${index} retires`, async (model, sql) => {
    const { workerId } = handAt(model.hands, index);
    const released = await retireWorker(sql, workerId);
    expectSame(model, released, settling.retire(model, workerId));
    return `${released} handed back`;
  });

export const cancel = (nth: number): Step =>
  step(
    `cancel job ${nth}`,
    async (model, sql) => {
      const id = model.jobs[nth % model.jobs.length]?.id ?? '';
      const answer = await cancelJob(sql, id);
      expectSame(model, answer, settling.cancel(model, id));
      return `${model.nameOf(id)} ${answer}`;
    },
    (model) => model.jobs.length > 0,
  );

export const cancelUnknown = (): Step =>
  step('cancel a job that there is not', async (model, sql) => {
    const answer = await cancelJob(sql, model.newId('nobody'));
    expectSame(model, answer, null);
    return 'null';
  });

/** As housekeeping does: it finds what settlers have left. */
export const wakeFreed = (): Step =>
  step('wake all keys with freed slots', async (model, sql) => {
    const freed = await keysWithFreedSlots(sql);
    expectSame(model, freed.toSorted(), freedKeys(model).sort());
    const queues = await wakeKeys(sql, freed);
    expectSame(model, [...queues].sort(), [...wakeInModel(model, freed)].sort());
    return `${freed.join(', ') || 'none'}; work in ${[...queues].join(', ') || 'no queue'}`;
  });

export const wake = (keys: readonly string[]): Step =>
  step(`wake ${keys.join(', ')}`, async (model, sql) => {
    const queues = await wakeKeys(sql, keys);
    expectSame(model, [...queues].sort(), [...wakeInModel(model, keys)].sort());
    return `work in ${[...queues].join(', ') || 'no queue'}`;
  });

export const pause = (queue: string): Step =>
  step(`pause ${queue}`, async (model, sql) => {
    const since = await pausedSince(sql, queue);
    await pauseQueue(sql, queue);
    model.pausedQueues.add(queue);
    const now = await pausedSince(sql, queue);
    expectSame(model, now, since ?? now);
    return 'paused';
  });

export const resume = (queue: string): Step =>
  step(`resume ${queue}`, async (model, sql) => {
    await resumeQueue(sql, queue);
    model.pausedQueues.delete(queue);
    expectSame(model, await pausedSince(sql, queue), null);
    return 'resumed';
  });

export const timePasses = (): Step =>
  step('time passes', async (model, sql) => {
    await leap(sql);
    const late = model.jobs.filter((job) => waits(job) && !job.parked && !isDue(job.due));
    for (const job of late) job.due -= LEAP_S * 1_000_000;
    return `${late.length} jobs are due`;
  });
