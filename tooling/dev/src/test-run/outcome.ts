import { readFileSync } from 'node:fs';
import path from 'node:path';
import { reportFile } from '@orq/testing/report-file';
import { z } from 'zod';

/** What became of some tests, and a line for each failure: where, which test, and the first line of why. */
export interface Outcome {
  passed: number;
  skipped: number;
  failures: string[];
}

/** As far as it is read: what vitest's json reporter writes. */
const Report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).default([]),
        }),
      ),
    }),
  ),
});

/**
 * Counts what the test runs of these packages have reported. A package without a report counts as one failure, as does
 * a file that failed as a whole: one that did not load, or whose preparation threw.
 */
export function readOutcome(packages: string[], reports: string): Outcome {
  const outcomes = packages.map((name) => readReport(name, path.join(reports, reportFile(name))));
  return {
    passed: outcomes.reduce((sum, { passed }) => sum + passed, 0),
    skipped: outcomes.reduce((sum, { skipped }) => sum + skipped, 0),
    failures: outcomes.flatMap(({ failures }) => failures),
  };
}

function readReport(packageName: string, file: string): Outcome {
  let report: z.infer<typeof Report>;
  try {
    report = Report.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return { passed: 0, skipped: 0, failures: [`${packageName}: ended without a report`] };
  }
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const failedTests = tests.filter(({ status }) => status === 'failed');
  const failedFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    skipped: tests.filter(({ status }) => status !== 'passed' && status !== 'failed').length,
    failures: [
      ...failedTests.map(({ fullName, failureMessages: [message = ''] }) => {
        const [firstLine] = message.split('\n', 1);
        return `${packageName}: ${fullName}${firstLine ? `: ${firstLine}` : ''}`;
      }),
      ...failedFiles.map(({ name }) => `${packageName}: ${path.basename(name)} as a whole`),
    ],
  };
}

/** Adds what no report tells: that a run failed otherwise, that nothing was tested, that the run was cut short. */
export function conclude(outcome: Outcome, isWell: boolean, request: AbortSignal): Outcome {
  const failures = request.aborted ? ['interrupted'] : [...outcome.failures];
  if (!isWell && failures.length === 0) {
    failures.push('a run failed by an error outside of any test, see above');
  }
  if (outcome.passed === 0) failures.push('no test has passed');
  return { ...outcome, failures };
}

/** The line that a test run ends on. */
export function summarise({ passed, skipped, failures }: Outcome): string {
  return `${passed} passed, ${failures.length} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
