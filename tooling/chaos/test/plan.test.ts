import { expect, test } from 'vitest';
import { readArguments } from '../src/arguments.ts';
import { FAULT_KINDS, planFaults } from '../src/fault-plan.ts';
import { planJobs } from '../src/job-plan.ts';

test('a seed gives the same faults and jobs each time, another one gives others', () => {
  expect(planFaults(7, 60_000)).toEqual(planFaults(7, 60_000));
  expect(planJobs(7, 60_000)).toEqual(planJobs(7, 60_000));

  expect(planFaults(8, 60_000)).not.toEqual(planFaults(7, 60_000));
  expect(planJobs(8, 60_000)).not.toEqual(planJobs(7, 60_000));
});

test('ten minutes hold every kind of fault', () => {
  const kinds = new Set(planFaults(1, 600_000).map(({ kind }) => kind));

  expect([...kinds].sort()).toEqual([...FAULT_KINDS].sort());
});

test('a worker whose event loop is blocked is left alone by all other faults', () => {
  const plan = planFaults(1, 600_000);
  const blocks = plan.filter(({ kind }) => kind === 'block worker');

  const alsoStruck = blocks.flatMap((block) =>
    plan.filter(
      ({ kind, slot, atMs }) =>
        kind !== 'pause queue' &&
        atMs > block.atMs &&
        atMs < block.atMs + block.forMs &&
        (slot === null || slot === block.slot),
    ),
  );

  expect(blocks.length).toBeGreaterThan(10);
  expect(alsoStruck).toEqual([]);
});

test('the jobs of ten minutes have keys, cancels, timeouts, deadlines and snoozes', () => {
  const calls = planJobs(1, 600_000);
  const scripts = calls.flatMap((call) => call.scripts);

  expect(new Set(scripts.map(({ key }) => key)).size).toBe(6);
  expect(calls.some(({ cancelAfterMs }) => cancelAfterMs !== null)).toBe(true);
  expect(calls.some(({ type, timeoutMs }) => type === 'overtime' && timeoutMs !== null)).toBe(true);
  expect(calls.some(({ type, deadlineMs }) => type === 'expiring' && deadlineMs !== null)).toBe(true);
  expect(scripts.some(({ snoozes }) => snoozes > 0)).toBe(true);
  expect(new Set(scripts.map(({ failure }) => failure)).size).toBe(4);
});

test('arguments have defaults, and say what is wrong with them', () => {
  expect(readArguments(['--seed', '3', '--minutes', '0.5'])).toEqual({
    seed: 3,
    faultsMs: 30_000,
    help: false,
  });
  expect(readArguments([]).faultsMs).toBe(60_000);
  expect(() => readArguments(['--seed', 'x'])).toThrow(/--seed: .*See pnpm chaos --help/);
  expect(() => readArguments(['--minute', '1'])).toThrow(/--minute.*See pnpm chaos --help/);
});
