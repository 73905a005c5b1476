import type { Evidence, InjectedFault } from './evidence/evidence.ts';
import { indexByJob } from './evidence/index-by-job.ts';
import type { Check } from './evidence/check.ts';
import { FAULT_KINDS } from './fault-plan.ts';

/** Violations of one check that are told in full; more of the same tell no more. */
const MOST_TOLD = 5;

export function reportFaults(faults: readonly InjectedFault[]): string {
  const counts = FAULT_KINDS.map((kind) => `${kind} ${faults.filter((fault) => fault.kind === kind).length}`);
  return `injected ${faults.length} faults: ${counts.join(', ')}`;
}

/** One line a check, and under it what it found wrong, with the history of the jobs. */
export function reportChecks(checks: readonly Check[], evidence: Evidence): string {
  return checks.flatMap((check) => checkLines(check, evidence)).join('\n');
}

function checkLines({ name, counted, violations }: Check, evidence: Evidence): string[] {
  const lines = [`${violations.length === 0 ? 'ok      ' : 'VIOLATED'}  ${name} (${counted})`];
  for (const { jobId, what } of violations.slice(0, MOST_TOLD)) {
    lines.push(`    ${jobId ?? ''} ${what}`);
    if (jobId !== null) for (const entry of history(jobId, evidence)) lines.push(`        ${entry}`);
  }
  if (violations.length > MOST_TOLD) lines.push(`    and ${violations.length - MOST_TOLD} more`);
  return lines;
}

export function verdict(checks: readonly Check[], evidence: Evidence, seed: number): string {
  const violated = checks.filter(({ violations }) => violations.length > 0);
  if (violated.length === 0) {
    return `chaos passed: seed ${seed}, ${evidence.jobs.length} jobs, ${evidence.faults.length} faults`;
  }
  return `chaos failed: seed ${seed}: ${violated.map(({ name }) => name).join('; ')}`;
}

/** What is known of a job, and the faults that were at work while it ran. */
function history(jobId: string, evidence: Evidence): string[] {
  const byJob = indexByJob(evidence);
  const runs = byJob.runs(jobId);
  const [first, last] = [runs[0], runs.at(-1)];
  const near = evidence.faults.filter(
    ({ from, to }) =>
      first && last && to > first.startedAt - 2_000 && from < (last.endedAt ?? last.startedAt) + 2_000,
  );
  return [
    `job ${JSON.stringify(byJob.job(jobId) ?? null)}`,
    ...runs.map(
      (run) =>
        `${time(run.startedAt)} attempt ${run.attempt} began on ${run.process}, ended ${time(run.endedAt)}, aborted ${time(run.abortedAt)}`,
    ),
    ...byJob
      .attempts(jobId)
      .map(
        ({ attempt, outcome, error, finishedAt }) =>
          `${time(finishedAt)} attempt ${attempt} noted as ${outcome}: ${error}`,
      ),
    ...evidence.cancels
      .filter(({ id }) => id === jobId)
      .map(
        ({ askedAt, answeredAt, answer }) =>
          `${time(askedAt)} cancel, answered ${time(answeredAt)}: ${answer}`,
      ),
    ...byJob.effects(jobId).map(({ attempt, runId }) => `effect of attempt ${attempt}, run ${runId}`),
    ...near.map(
      ({ kind, slot, queue, from, to }) =>
        `${time(from)} to ${time(to)} fault: ${kind}, ${queue ?? `slot ${slot ?? 'all'}`}`,
    ),
  ];
}

const time = (ms: number | null) =>
  ms === null || !Number.isFinite(ms) ? 'never' : new Date(ms).toISOString().slice(11, 23);
