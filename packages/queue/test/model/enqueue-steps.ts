import fc, { type Arbitrary } from 'fast-check';
import {
  type JobSettings,
  findKeyHolder,
  insertJobs,
  insertKeyedJobs,
  type KeyedJobDraft,
} from '../../src/sql/enqueue.ts';
import { queryOn } from '../../src/transaction.ts';
import { dateOf, type Instant, instantText, microsOf } from './instants.ts';
import { isOpen, type QueueModel } from './model.ts';
import { expectSame, type Step, step } from './step.ts';

export const QUEUES = ['default', 'other'];
export const TYPES = ['a', 'b'];
/** Each key with the limit of its jobs. */
export const KEYS: Record<string, number> = { one: 1, two: 2, three: 3 };

export interface Draft {
  type: string;
  queue: string;
  priority: number;
  runAt: Instant;
  maxAttempts: number;
  key: string | undefined;
  uniqueKey: string | undefined;
}

export const instant: Arbitrary<Instant> = fc.record({
  future: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  second: fc.nat(2),
});

export const draft: Arbitrary<Draft> = fc.record({
  type: fc.constantFrom(...TYPES),
  queue: fc.oneof(
    { weight: 3, arbitrary: fc.constant('default') },
    { weight: 1, arbitrary: fc.constant('other') },
  ),
  priority: fc.constantFrom(0, -5, 5),
  runAt: instant,
  maxAttempts: fc.integer({ min: 1, max: 3 }),
  key: fc.constantFrom(undefined, undefined, ...Object.keys(KEYS), 'two', 'three'),
  uniqueKey: fc.constantFrom(undefined, undefined, undefined, undefined, 'u', 'v'),
});

export const settingsOf = ({ type, queue, priority, runAt, maxAttempts, key }: Draft): JobSettings => ({
  queue,
  jobType: type,
  priority,
  runAt: dateOf(runAt),
  maxAttempts,
  tags: [],
  concurrencyKey: key,
  concurrencyLimit: limitOf(key),
});

const limitOf = (key: string | undefined) => (key === undefined ? 1 : (KEYS[key] ?? 1));

function text({ type, queue, priority, runAt, maxAttempts, key, uniqueKey }: Draft): string {
  const keys = `${key ? ` key ${key}` : ''}${uniqueKey ? ` unique ${uniqueKey}` : ''}`;
  return `${type}/${queue} priority ${priority} at ${instantText(runAt)} attempts ${maxAttempts}${keys}`;
}

const holderOf = (model: QueueModel, type: string, uniqueKey: string) =>
  model.jobs.find((job) => isOpen(job) && job.type === type && job.uniqueKey === uniqueKey);

function add(
  model: QueueModel,
  id: string,
  { type, queue, priority, runAt, maxAttempts, key }: Draft,
  uniqueKey?: string,
) {
  const limit = key === undefined ? null : limitOf(key);
  const due = microsOf(runAt);
  model.add({
    id,
    type,
    queue,
    priority,
    due,
    maxAttempts,
    uniqueKey: uniqueKey ?? null,
    key: key ?? null,
    limit,
  });
}

const newJob = (model: QueueModel) => model.newId(`j${model.jobs.length + 1}`);

/** One by one, as a queue enqueues singles that come together. */
export const enqueue = (drafts: readonly Draft[]): Step =>
  step(`enqueue ${drafts.map(text).join('; ')}`, async (model, sql) => {
    const jobs = drafts.map((job, index) => ({ job, id: model.newId(`j${model.jobs.length + 1}.${index}`) }));
    const keyed = jobs.map(({ job, id }): KeyedJobDraft => {
      return { id, payload: '{}', uniqueKey: job.uniqueKey, settings: settingsOf(job) };
    });

    const inserted = await insertKeyedJobs(queryOn(sql), keyed);

    // Those of one key go in the order in which they came, whatever comes between them.
    for (const { job, id } of jobs) {
      if (job.uniqueKey === undefined || !holderOf(model, job.type, job.uniqueKey))
        add(model, id, job, job.uniqueKey);
    }
    const expected = jobs.filter(({ id }) => model.jobs.some((job) => job.id === id));
    expectSame(model, [...inserted].sort(), expected.map(({ id }) => id).sort());
    for (const { type, uniqueKey } of drafts) {
      if (uniqueKey === undefined) continue;
      const holder = await findKeyHolder(queryOn(sql), type, uniqueKey);
      expectSame(model, holder, holderOf(model, type, uniqueKey)?.id);
    }
    return jobs.map(({ id }) => (inserted.has(id) ? model.nameOf(id) : 'refused')).join(', ');
  });

export const enqueueMany = (shared: Draft, count: number): Step =>
  step(`enqueue ${count} of ${text({ ...shared, uniqueKey: undefined })}`, async (model, sql) => {
    const ids = Array.from({ length: count }, () => {
      const id = newJob(model);
      add(model, id, shared);
      return id;
    });
    await insertJobs(
      queryOn(sql),
      ids.map((id) => ({ id, payload: '{}' })),
      settingsOf(shared),
    );
    return ids.map((id) => model.nameOf(id)).join(', ');
  });
