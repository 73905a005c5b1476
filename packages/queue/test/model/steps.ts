import fc, { type Arbitrary } from 'fast-check';
import { claim } from './claim-steps.ts';
import * as control from './control-steps.ts';
import { draft, enqueue, enqueueMany, instant, KEYS, QUEUES, TYPES } from './enqueue-steps.ts';
import * as settle from './settle-steps.ts';
import type { Step } from './step.ts';

export const WORKERS = 3;

const hand = fc.nat(WORKERS - 1);
const ticketOf = (of: number) =>
  fc.record({ hand: fc.constant(of), stale: often(false, true), nth: fc.nat(7) });
const ticket = hand.chain(ticketOf);
const until = fc.oneof(instant, fc.constantFrom(0, 3_600_000));

function often<T>(usual: T, rare: T): Arbitrary<T> {
  return fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constant(rare) });
}

const ticketsOfOne = hand.chain((of) =>
  fc.tuple(fc.constant(of), fc.array(ticketOf(of), { minLength: 1, maxLength: 3 })),
);

const claims = fc
  .record({
    hand,
    queue: fc.constantFrom(...QUEUES, 'default'),
    limit: fc.integer({ min: 1, max: 5 }),
    from: fc.constantFrom('sweep', 'sweep', 'positions', 'exclusive sweep'),
    except: often<string[]>([], TYPES.slice(0, 1)),
  })
  .map(claim);

/** How often each step comes; fast-check takes one of a list at random. */
const weighted: [number, Arbitrary<Step>][] = [
  [5, fc.array(draft, { minLength: 1, maxLength: 3 }).map(enqueue)],
  [2, fc.tuple(draft, fc.integer({ min: 1, max: 4 })).map(([shared, count]) => enqueueMany(shared, count))],
  [12, claims],
  [5, ticketsOfOne.map(([of, picks]) => settle.complete(of, picks))],
  [
    4,
    fc
      .tuple(ticket, often<'failed' | 'cancelled'>('failed', 'cancelled'), fc.option(until, { freq: 4 }))
      .map((args) => settle.fail(...args)),
  ],
  [2, ticketsOfOne.map(([of, picks]) => settle.release(of, picks))],
  [1, ticket.map(settle.releaseClaimOf)],
  [2, fc.tuple(ticket, until).map((args) => settle.snooze(...args))],
  [1, fc.tuple(ticket, fc.constantFrom(0.25, 0.5)).map((args) => settle.progress(...args))],
  [
    3,
    fc
      .tuple(fc.constantFrom('running', 'running', 'open', 'open', 'any'), fc.nat(20))
      .map((args) => control.cancel(...args)),
  ],
  [3, fc.nat(40).map(control.retry)],
  [
    3,
    fc
      .tuple(fc.nat(40), fc.option(instant), fc.option(fc.constantFrom(-1, 0, 1)))
      .map((args) => control.reschedule(...args)),
  ],
  [1, fc.nat(40).map(control.remove)],
  [
    3,
    fc
      .tuple(hand, fc.constantFrom<'stopped' | 'forgotten'>('stopped', 'stopped', 'forgotten'))
      .map((args) => control.die(...args)),
  ],
  [4, hand.map(control.rescue)],
  [1, hand.map(control.retire)],
  [5, hand.map(control.register)],
  [1, hand.map(control.heartbeat)],
  [3, fc.constant(null).map(control.wakeFreed)],
  [3, fc.subarray(Object.keys(KEYS), { minLength: 1 }).map(control.wake)],
  [1, fc.constantFrom(...QUEUES).map(control.pause)],
  [3, fc.constantFrom(...QUEUES).map(control.resume)],
  [1, fc.constant(null).map(control.timePasses)],
];

export const steps = weighted.flatMap(([weight, arbitrary]) =>
  Array.from({ length: weight }, () => arbitrary),
);
