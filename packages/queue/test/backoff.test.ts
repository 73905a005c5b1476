import { expect, test } from 'vitest';
import { backoffMs, defaultRetryPolicy, retryPolicy } from '../src/backoff.ts';
import { defineHandler } from '../src/index.ts';
import { echo } from './support/test-queue.ts';

const failures = Array.from({ length: 60 }, (_, index) => index + 1);

test('doubles with each failure, up to the longest delay', () => {
  const longest = failures.map((count) => backoffMs(count, defaultRetryPolicy, 1));

  expect(longest.slice(0, 10)).toEqual([
    2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 512_000, 600_000,
  ]);
  expect(longest.slice(10).every((ms) => ms === 600_000)).toBe(true);
});

test('leaves half of each delay to chance', () => {
  for (const count of failures) {
    const [shortest, longest] = [0, 1].map((random) => backoffMs(count, defaultRetryPolicy, random));
    expect(shortest).toBe((longest ?? 0) / 2);
  }
});

test('is never the same for many jobs that fail at once', () => {
  const delays = Array.from({ length: 100 }, () => backoffMs(3));

  expect(new Set(delays).size).toBeGreaterThan(80);
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(4_000);
  expect(Math.max(...delays)).toBeLessThanOrEqual(8_000);
});

test.each([{ baseMs: -1 }, { baseMs: Number.NaN }, { maxMs: Infinity }])(
  'refuses %o as a policy',
  (retry) => {
    expect(() => defineHandler(echo, async ({ input }) => input, { retry })).toThrow(RangeError);
  },
);

test('takes what a policy leaves out from the default', () => {
  expect(retryPolicy({ baseMs: 5 })).toEqual({ baseMs: 5, maxMs: 600_000 });
});
