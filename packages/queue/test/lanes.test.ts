import { describe, expect, test } from 'vitest';
import { createLanes } from '../src/lanes.ts';
import type { ClaimedJob } from '../src/sql/claim.ts';

/** A claimed job of which only the position matters. */
const at = (priority: number, due: number, id = 'a'): ClaimedJob => ({
  id,
  priority,
  due,
  type: 'echo',
  queue: 'default',
  payload: null,
  attempt: 1,
  maxAttempts: 4,
  fence: 0,
  claimedAt: '',
  claimId: '',
  limits: null,
});

/** Lanes on a clock that the test sets. */
function lanesAt(time: number) {
  const clock = { now: time };
  return { clock, lanes: createLanes(() => clock.now) };
}

describe('lanes', () => {
  test('begin with a sweep, since nothing is known', () => {
    const { lanes } = lanesAt(1_000);

    expect(lanes.sweepDue()).toBe(true);
    expect(lanes.positions()).toEqual([]);
  });

  test('go on past the last job of each priority, the most urgent first', () => {
    const { lanes } = lanesAt(0);
    lanes.swept([at(5, 10), at(0, 30), at(5, 20, 'b')], true, 1);

    lanes.claimed([at(0, 40, 'c')]);

    expect(lanes.positions()).toEqual([
      { priority: 0, due: 40, id: 'c' },
      { priority: 5, due: 20, id: 'b' },
    ]);
  });

  test('are swept again after twenty times what the last sweep took', () => {
    const { clock, lanes } = lanesAt(0);
    lanes.swept([at(0, 1)], true, 3);

    clock.now = 59;
    expect(lanes.sweepDue()).toBe(false);
    expect(lanes.moreIn()).toBe(1);

    clock.now = 60;
    expect(lanes.sweepDue()).toBe(true);
    expect(lanes.moreIn()).toBe(0);
  });

  test('hold nothing more once a sweep has had room for all that it found', () => {
    const { lanes } = lanesAt(0);

    lanes.swept([at(0, 1)], false, 3);
    expect(lanes.moreIn()).toBe(Infinity);

    lanes.claimed([]);
    expect(lanes.moreIn()).toBe(60);
  });

  test('are not set back by stragglers that a sweep has found behind them', () => {
    const { lanes } = lanesAt(0);
    lanes.swept([at(0, 100)], true, 1);

    lanes.swept([at(0, 7), at(9, 3)], false, 1);

    expect(lanes.positions()).toEqual([
      { priority: 0, due: 100, id: 'a' },
      { priority: 9, due: 3, id: 'a' },
    ]);
  });

  test('are set back by a sweep that found more than it could take', () => {
    const { lanes } = lanesAt(0);
    lanes.swept([at(0, 100)], true, 1);

    lanes.swept([at(0, 7)], true, 1);

    expect(lanes.positions()).toEqual([{ priority: 0, due: 7, id: 'a' }]);
  });

  test('are swept beside the claims once that takes long', () => {
    const { lanes } = lanesAt(0);
    lanes.swept([], false, 20);
    expect(lanes.sweepIsCheap()).toBe(true);

    lanes.swept([], false, 21);
    expect(lanes.sweepIsCheap()).toBe(false);
  });
});
