import { expect, test } from 'vitest';
import { z } from 'zod';
import { backoffMs } from '../src/backoff.ts';
import { defineHandler } from '../src/index.ts';
import { DEFAULT_RETRY, retryDelayMs } from '../src/retry-policy.ts';
import { echo } from './support/test-queue.ts';

const failures = Array.from({ length: 60 }, (_, index) => index + 1);

test('doubles with each failure, up to the longest delay', () => {
  const longest = failures.map((count) => backoffMs(count, DEFAULT_RETRY, 1));

  expect(longest.slice(0, 10)).toEqual([
    2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 512_000, 600_000,
  ]);
  expect(longest.slice(10).every((ms) => ms === 600_000)).toBe(true);
});

test('leaves half of each delay to chance', () => {
  for (const count of failures) {
    const [shortest, longest] = [0, 1].map((random) => backoffMs(count, DEFAULT_RETRY, random));
    expect(shortest).toBe((longest ?? 0) / 2);
  }
});

test('is never the same for many jobs that fail at once', () => {
  const delays = Array.from({ length: 100 }, () => backoffMs(3, DEFAULT_RETRY));

  expect(new Set(delays).size).toBeGreaterThan(80);
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(4_000);
  expect(Math.max(...delays)).toBeLessThanOrEqual(8_000);
});

const failure = (attempt: number) => ({
  attempt,
  error: new Error('no luck'),
  job: { id: 'j', type: 'echo' },
});

test.each([
  { baseMs: -1 },
  { baseMs: Number.NaN },
  { maxMs: Infinity },
  { delayMs: -1 },
  { delayMs: 1, baseMs: 1 },
])('refuses %o as a policy', (retry) => {
  expect(() => defineHandler(echo, async ({ input }) => input, { retry })).toThrow(z.ZodError);
});

test('takes what a policy leaves out from the default', () => {
  expect(retryDelayMs({ baseMs: 600_000 }, failure(5))).toBeLessThanOrEqual(600_000);
  expect(retryDelayMs({ maxMs: 10 }, failure(5))).toBeLessThanOrEqual(10);
});

test('may be fixed', () => {
  expect([1, 2, 30].map((attempt) => retryDelayMs({ delayMs: 700 }, failure(attempt)))).toEqual([
    700, 700, 700,
  ]);
});

test('may be a function of the failure', () => {
  expect(retryDelayMs(({ attempt, job }) => attempt * 10 + job.type.length, failure(3))).toBe(34);
});

test.each([Number.NaN, -1, Infinity])('refuses %d from a function', (delay) => {
  expect(() => retryDelayMs(() => delay, failure(1))).toThrow(z.ZodError);
});
