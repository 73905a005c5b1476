import fc, { type Arbitrary } from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { cancelJob } from '../../src/sql/cancel.ts';
import { claimJobs } from '../../src/sql/claim.ts';
import { keysWithFreedSlots, wakeKeys } from '../../src/sql/concurrency-keys.ts';
import { insertKeyedJobs } from '../../src/sql/enqueue.ts';
import { failJob } from '../../src/sql/fail.ts';
import { pauseQueue, resumeQueue } from '../../src/sql/queues.ts';
import { releaseClaims, releaseJobs, retireWorker, snoozeJob } from '../../src/sql/release.ts';
import { rescheduleJob } from '../../src/sql/reschedule.ts';
import { rescueJobs } from '../../src/sql/rescue.ts';
import { retryJob } from '../../src/sql/retry.ts';
import { queryOn } from '../../src/transaction.ts';
import { type Actor, completeAll, type Move, registerAnew } from './concurrent.ts';
import { type Draft, draft, instant, KEYS, QUEUES, settingsOf } from './enqueue-steps.ts';
import { positionsIn, stand, takeFinished, type Ticket } from './hand.ts';
import { dateOf, type Instant } from './instants.ts';
import { silence } from './real.ts';

/** Most of them in each other's way. */
const crowded: Arbitrary<Draft> = fc
  .tuple(draft, fc.constantFrom('one', 'two', 'two', undefined))
  .map(([job, key]) => Object.assign(job, { queue: 'default', priority: 0, key }));

const move = (name: string, act: Move['act']): Move => ({ act, toString: () => name });

/** Counted from the last one, as that is most likely to be good still. */
const nth = fc.nat(5);
const queue = fc.constantFrom('default', ...QUEUES);

const ticketAt = ({ hand }: Actor, back: number): Ticket | undefined => hand.tickets.at(-1 - back);

/** Does it to a ticket that the worker has, in whatever state its job may be. */
const toTicket = (name: string, back: number, act: (actor: Actor, ticket: Ticket) => Promise<unknown>) =>
  move(`${name} ticket -${back + 1}`, async (actor) => {
    const ticket = ticketAt(actor, back);
    if (!ticket) return 'has none';
    const answer = await act(actor, ticket);
    ticket.ended = true;
    return [ticket.job.id, ticket.job.fence, answer];
  });

const enqueue = (job: Draft) =>
  move(`enqueue ${JSON.stringify(job)}`, async ({ sql, world }) => {
    const id = uuidv7();
    const keyed = { id, payload: '{}', uniqueKey: job.uniqueKey, settings: settingsOf(job) };
    const inserted = await insertKeyedJobs(queryOn(sql), [keyed]);
    world.ids.push(...inserted);
    return [...inserted];
  });

const claim = (from: string, limit: number, how: 'sweep' | 'exclusive sweep' | 'positions') =>
  move(`claim ${limit} of ${from} by ${how}`, async ({ sql, hand }) => {
    const { workerId } = hand;
    const request = {
      claimId: uuidv7(),
      workerId,
      queue: from,
      limit,
      except: [],
      finished: takeFinished(hand),
    };
    const { jobs, parked } = await claimJobs(sql, {
      ...request,
      from: how === 'positions' ? positionsIn(hand, from) : how,
    });
    stand(hand, from, jobs, how !== 'positions' && jobs.length + parked < limit);
    hand.tickets.push(...jobs.map((job) => ({ job, workerId, ended: false })));
    return [...jobs.map(({ id, fence }) => [id, fence]), parked];
  });

const complete = (back: number, count: number) =>
  move(`complete ${count} from ticket -${back + 1}`, (actor) => {
    const end = Math.max(actor.hand.tickets.length - back, 0);
    return completeAll(actor, actor.hand.tickets.slice(Math.max(end - count, 0), end));
  });

const fail = (back: number, again: boolean) =>
  toTicket(again ? 'fail' : 'fail for good', back, ({ sql }, { job, workerId }) =>
    failJob(sql, job, workerId, {
      outcome: 'failed',
      error: 'no luck',
      retry: again && job.attempt < job.maxAttempts ? 0 : null,
    }),
  );

/** Does it to one of the jobs, counted from the last. */
const toJob = (name: string, index: number, act: (sql: Actor['sql'], id: string) => Promise<unknown>) =>
  move(`${name} job ${index}`, async ({ sql, world }) => {
    const id = world.ids.at(-1 - index);
    return id === undefined ? 'there is none' : [id, await act(sql, id)];
  });

const cancel = (index: number) => toJob('cancel', index, cancelJob);

const retry = (index: number) => toJob('retry', index, (sql, id) => retryJob(queryOn(sql), id, null));

const reschedule = (index: number, at: Instant | null, priority: number | null) =>
  toJob('reschedule', index, (sql, id) =>
    rescheduleJob(sql, id, { ...(at && { runAt: dateOf(at) }), ...(priority !== null && { priority }) }),
  );

const stop = () =>
  move('is stopped past its lease, and comes back', async (actor) => {
    await silence(actor.sql, actor.hand.workerId, 'stopped');
    await registerAnew(actor);
  });

const retire = () =>
  move('retires, and comes back', async (actor) => {
    const count = await retireWorker(actor.sql, actor.hand.workerId);
    await registerAnew(actor);
    return count;
  });

const weighted: [number, Arbitrary<Move>][] = [
  [4, draft.map(enqueue)],
  [4, crowded.map(enqueue)],
  [
    8,
    fc
      .tuple(queue, fc.integer({ min: 1, max: 4 }), fc.constantFrom('sweep', 'positions', 'exclusive sweep'))
      .map((args) => claim(...args)),
  ],
  [4, fc.tuple(nth, fc.integer({ min: 1, max: 3 })).map((args) => complete(...args))],
  [3, fc.tuple(nth, fc.boolean()).map((args) => fail(...args))],
  [1, nth.map((back) => toTicket('release', back, ({ sql }, { job }) => releaseJobs(sql, [job])))],
  [
    1,
    nth.map((back) =>
      toTicket('release claim of', back, ({ sql }, { job }) => releaseClaims(sql, [job.claimId])),
    ),
  ],
  [
    1,
    fc
      .tuple(nth, instant)
      .map(([back, at]) => toTicket('snooze', back, ({ sql }, { job }) => snoozeJob(sql, job, dateOf(at)))),
  ],
  [5, nth.map(cancel)],
  [3, nth.map(retry)],
  [
    4,
    fc.tuple(nth, fc.option(instant), fc.option(fc.constantFrom(-1, 0))).map((args) => reschedule(...args)),
  ],
  [1, fc.constant(null).map(stop)],
  [1, fc.constant(null).map(retire)],
  [
    2,
    fc.constant(
      move('rescue', async ({ sql, hand }) =>
        (await rescueJobs(sql, hand.workerId)).map(({ job_id }) => job_id),
      ),
    ),
  ],
  [4, fc.constant(move('wake freed keys', async ({ sql }) => wakeKeys(sql, await keysWithFreedSlots(sql))))],
  [1, fc.constant(move('wake all keys', ({ sql }) => wakeKeys(sql, Object.keys(KEYS))))],
  [
    1,
    queue.map((name) =>
      move(`pause and resume ${name}`, async ({ sql }) => {
        await pauseQueue(sql, name);
        await resumeQueue(sql, name);
      }),
    ),
  ],
];

export const moves = fc.array(fc.oneof(...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary }))), {
  minLength: 10,
  maxLength: 40,
  size: 'max',
});
