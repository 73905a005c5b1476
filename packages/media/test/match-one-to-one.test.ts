import { expect, test } from 'vitest';
import { matchOneToOne } from '../scripts/match-one-to-one.ts';

test('one cut found twice counts once', () => {
  expect(matchOneToOne([99, 101], [100], 1)).toBe(1);
});

test('the nearest pair goes first, so that both cuts find their labels', () => {
  expect(matchOneToOne([100, 101], [101, 99], 1)).toBe(2);
});

test('what is further away than the tolerance is not matched', () => {
  expect(matchOneToOne([100, 200], [102, 201], 1)).toBe(1);
});
