import { expect, test } from 'vitest';
import { Slots } from '../src/slots.ts';
import type { ClaimedJob } from '../src/sql/claim.ts';
import { createGate } from './support/gate.ts';

const job = (id: string, queue = 'default'): ClaimedJob => ({
  id,
  queue,
  type: 'echo',
  priority: 0,
  payload: {},
  attempt: 1,
  maxAttempts: 4,
  fence: 0,
  due: 0,
  claimedAt: '',
  claimId: '',
  limits: null,
});

function begin(slots: Slots, begun: ClaimedJob): ClaimedJob {
  slots.takePlace(begun.queue);
  slots.take();
  return begun;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const noSignal = new AbortController().signal;

test('a slot that is lent is free for another, and is taken back when one is free, by who came first', async () => {
  let freed = 0;
  const slots = new Slots(1, new Map(), () => (freed += 1));
  const gates = [createGate(), createGate()];
  const back: number[] = [];
  for (const [n, gate] of gates.entries()) {
    const lender = begin(slots, job(String(n)));
    void slots.lend(lender, noSignal, gate.pass).then(() => back.push(n));
  }
  const other = begin(slots, job('other'));
  expect([slots.taken, slots.lent, freed]).toEqual([1, 2, 2]);

  gates[1]?.open();
  await settled();
  gates[0]?.open();
  await settled();
  expect([back, slots.room]).toEqual([[], -2]);

  slots.free(other);
  await settled();
  expect([back, slots.taken, slots.lent]).toEqual([[1], 1, 1]);
});

test('one that is told to end has its slot back at once, though there is none', async () => {
  const slots = new Slots(1, new Map(), () => undefined);
  const end = new AbortController();
  const lender = begin(slots, job('lender'));
  const lent = slots.lend(lender, end.signal, async () => {
    while (!end.signal.aborted) await settled();
  });
  const other = begin(slots, job('other'));

  end.abort();
  await lent;

  expect([slots.taken, slots.lent, slots.isAnyFree]).toEqual([2, 0, false]);
  slots.free(lender);
  slots.free(other);
  expect([slots.taken, slots.room]).toEqual([0, 1]);
});

test('is not waited for in vain behind one whose queue has no room', async () => {
  const slots = new Slots(2, new Map([['narrow', 1]]), () => undefined);
  const back: string[] = [];
  const gate = createGate();
  for (const lender of [job('narrow', 'narrow'), job('wide', 'wide')]) {
    begin(slots, lender);
    void slots.lend(lender, noSignal, gate.pass).then(() => back.push(lender.id));
  }
  const others = [begin(slots, job('other', 'narrow')), begin(slots, job('another', 'wide'))] as const;
  gate.open();
  await settled();

  slots.free(others[1]);
  await settled();
  expect([back, slots.roomIn('narrow')]).toEqual([['wide'], 0]);
  slots.free(others[0]);
  await settled();
  expect([back, slots.roomIn('narrow'), slots.roomIn('wide')]).toEqual([['wide', 'narrow'], 0, Infinity]);
});

test('that was lent and never taken back, since the run is over, is freed once', async () => {
  const slots = new Slots(1, new Map(), () => undefined);
  const gate = createGate();
  const lender = begin(slots, job('lender'));
  const lent = slots.lend(lender, noSignal, gate.pass);

  slots.free(lender);
  gate.open();
  await lent;

  expect([slots.taken, slots.lent, slots.room]).toEqual([0, 0, 1]);
});
