import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readOutcome, summarise } from '../src/test-run/outcome.ts';

interface ReportedFile {
  name: string;
  status: string;
  assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
}

async function reportsOf(reports: Record<string, ReportedFile[]>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'orq-reports-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, testResults] of Object.entries(reports)) {
    await writeFile(path.join(folder, name), JSON.stringify({ testResults }));
  }
  return folder;
}

function file(statuses: string[], status = statuses.includes('failed') ? 'failed' : 'passed'): ReportedFile {
  const assertionResults = statuses.map((each, index) => ({
    fullName: `test ${index}`,
    status: each,
    failureMessages: each === 'failed' ? ['Error: it broke\n    at some line'] : [],
  }));
  return { name: '/somewhere/some.test.ts', status, assertionResults };
}

test('adds up the tests of all packages', async () => {
  const reports = await reportsOf({
    'orq-one.json': [file(['passed', 'passed']), file(['passed', 'skipped', 'todo'])],
    'orq-two.json': [file(['failed', 'passed'])],
  });

  const outcome = readOutcome(['@orq/one', '@orq/two'], reports);

  expect(outcome).toEqual({ passed: 4, skipped: 2, failures: ['@orq/two: test 0: Error: it broke'] });
  expect(summarise(outcome)).toBe('4 passed, 1 failed, 2 skipped');
});

test('counts a file that does not even load as a failure', async () => {
  const reports = await reportsOf({ 'orq-one.json': [file([], 'failed'), file(['passed'])] });

  expect(readOutcome(['@orq/one'], reports).failures).toEqual(['@orq/one: some.test.ts as a whole']);
});

test('counts a package whose run was killed as a failure', async () => {
  const outcome = readOutcome(['@orq/one'], await reportsOf({}));

  expect(outcome.failures).toEqual(['@orq/one: ended without a report']);
  expect(summarise(outcome)).toBe('0 passed, 1 failed');
});
