import { expect, test } from 'vitest';
import { createLookahead } from '../src/lookahead.ts';

/** Jobs end at this rate for a second, while a claim takes `claimMs`. */
function afterASecond(jobsPerSecond: number, claimMs: number): number {
  let now = 0;
  const lookahead = createLookahead(() => now);
  let ended = 0;
  for (; now < 1_000; now += 10) {
    for (; ended < (jobsPerSecond * now) / 1_000; ended++) lookahead.jobEnded();
    lookahead.claimTook(claimMs);
    lookahead.jobs();
  }
  return lookahead.jobs();
}

test('nothing is claimed ahead for jobs that take long', () => {
  expect(afterASecond(10, 2)).toBe(0);
});

test('as much is claimed ahead as ends during two claims', () => {
  const ahead = afterASecond(20_000, 5);

  expect(ahead).toBeGreaterThan(150);
  expect(ahead).toBeLessThanOrEqual(200);
});

test('no more than five hundred jobs are claimed ahead', () => {
  expect(afterASecond(200_000, 50)).toBe(500);
});
