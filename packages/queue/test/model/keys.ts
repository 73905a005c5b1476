import type { Place } from '../../src/sql/concurrency-keys.ts';
import { inTurn, type ModelJob, type QueueModel } from './model.ts';

/** Slots whose jobs are no longer open under the fence that took them. */
function prune(model: QueueModel, key: string) {
  const taken = (model.slots.get(key) ?? []).filter((slot) => model.openUnder(slot));
  model.slots.set(key, taken);
  return taken;
}

/** Puts parked jobs of a key back in line for as long as the first of them gets a slot. @returns them */
function fill(model: QueueModel, key: string): ModelJob[] {
  const taken = prune(model, key);
  const filled: ModelJob[] = [];
  for (const job of model.parkedUnder(key)) {
    if (taken.length >= (job.limit ?? 0)) break;
    taken.push({ id: job.id, fence: job.fence });
    job.parked = false;
    filled.push(job);
  }
  return filled;
}

/** @returns the places of those that can run now */
export const wake = (model: QueueModel, keys: readonly string[]): Place[] =>
  keys
    .flatMap((key) => fill(model, key))
    .map(({ queue, priority, due, id }) => ({ queue, priority, due, id }));

/** Keys with a slot that no job holds any more. */
export const freedKeys = (model: QueueModel) =>
  [...model.slots].filter(([, slots]) => slots.some((slot) => !model.openUnder(slot))).map(([key]) => key);

/** Of jobs that are about to be claimed, those that have or get a slot of their key; the others are parked. */
export function admit(model: QueueModel, candidates: readonly ModelJob[]): ModelJob[] {
  const admitted: ModelJob[] = [];
  for (const key of new Set(candidates.map((job) => job.key))) {
    if (key === null) continue;
    const taken = prune(model, key);
    for (const job of candidates.filter((candidate) => candidate.key === key).sort(inTurn)) {
      const hasSlot = taken.some(({ id, fence }) => id === job.id && fence === job.fence);
      const getsSlot = model.parkedUnder(key).length === 0 && taken.length < (job.limit ?? 0);
      if (!hasSlot && !getsSlot) {
        job.parked = true;
        continue;
      }
      if (!hasSlot) taken.push({ id: job.id, fence: job.fence });
      admitted.push(job);
    }
    fill(model, key);
  }
  return admitted;
}
