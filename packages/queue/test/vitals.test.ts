import { expect, test } from 'vitest';
import { createVitals } from '../src/vitals.ts';

const POLL_INTERVAL_MS = 2_000;

/** Vitals by a clock that the test sets, in ms. */
function vitalsAt(start: number) {
  const clock = { ms: start };
  const slots = { stuck: 0, all: 2 };
  return {
    clock,
    vitals: createVitals(
      POLL_INTERVAL_MS,
      () => slots,
      () => clock.ms,
    ),
    slots,
  };
}

test('a worker is well before it begins, while it turns, and once it has ended', () => {
  const { clock, vitals } = vitalsAt(0);
  const healthAfter = (ms: number) => {
    clock.ms += ms;
    return vitals.health().status;
  };

  expect(healthAfter(1_000_000)).toBe('ok');
  vitals.turn();
  expect(healthAfter(POLL_INTERVAL_MS + 29_000)).toBe('ok');
  vitals.rest();
  expect(healthAfter(1_000_000)).toBe('ok');
});

test('a loop that does not come round counts as stuck, until it does', () => {
  const { clock, vitals } = vitalsAt(5_000);
  vitals.turn();

  clock.ms += POLL_INTERVAL_MS + 31_000;
  expect(vitals.health()).toEqual({
    status: 'unhealthy',
    checks: { loop: 'stuck: no turn for 33 s', database: 'ok', slots: 'ok' },
  });

  vitals.turn();
  expect(vitals.health().status).toBe('ok');
});

test('tells since when the database does not answer', () => {
  const { clock, vitals } = vitalsAt(5_000);
  vitals.database(false);
  clock.ms += 4_000;
  vitals.database(false);
  clock.ms += 3_000;

  expect(vitals.health()).toEqual({
    status: 'unhealthy',
    checks: { loop: 'ok', database: 'does not answer since 7 s', slots: 'ok' },
  });

  vitals.database(true);
  expect(vitals.health().status).toBe('ok');
});

test('a stuck slot is told of, and is no reason to restart while there is another', () => {
  const { slots, vitals } = vitalsAt(0);

  slots.stuck = 1;
  expect(vitals.health()).toMatchObject({
    status: 'ok',
    checks: { slots: expect.stringContaining('stuck: 1 of 2') },
  });
  slots.stuck = 2;
  expect(vitals.health().status).toBe('unhealthy');
});
