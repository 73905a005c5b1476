import type { Check, Violation } from './check.ts';
import type { Evidence } from './evidence.ts';
import type { RunNote } from '../processes/run-notes.ts';
import type { ByJob } from './index-by-job.ts';
import { undid } from './overlap.ts';

/**
 * A job that was snoozed, or whose error named the time of its next attempt, comes back no earlier. Excused is a run
 * whose outcome was not what counted: its attempt was lost, its process was told to end, or, for a job without a key, a crash
 * had undone its claim.
 */
export function returnsInTime(evidence: Evidence, byJob: ByJob): Check {
  const { jobs, runs, lives, faults } = evidence;
  const toldToEnd = new Map(lives.map(({ name, toldToEndAt }) => [name, toldToEndAt ?? Infinity]));
  const crashes = faults.filter(({ kind }) => kind === 'crash server');
  const violations: Violation[] = [];
  let [snoozes, named, excused] = [0, 0, 0];
  for (const run of runs) {
    const { notBefore } = run;
    if (notBefore === null) continue;
    if (run.snoozed) snoozes += 1;
    else named += 1;
    const next = nextOf(run, byJob);
    if (!next || next.startedAt >= notBefore) continue;
    const unkeyed = !byJob.job(run.jobId)?.script.key;
    const hasReason =
      byJob.attempts(run.jobId).some((it) => it.attempt === run.attempt && it.outcome === 'lost') ||
      (toldToEnd.get(run.process) ?? Infinity) < next.startedAt ||
      (unkeyed && crashes.some((crash) => undid(crash, run, next)));
    if (hasReason) excused += 1;
    else
      violations.push({
        jobId: run.jobId,
        what: `attempt ${next.attempt} began ${Math.round(notBefore - next.startedAt)} ms before the time that attempt ${run.attempt} had named`,
      });
  }
  for (const { id, script, state } of jobs) {
    const snoozed = byJob.runs(id).filter((run) => run.snoozed).length;
    if (state === 'completed' && snoozed < script.snoozes)
      violations.push({ jobId: id, what: `completed after ${snoozed} snoozes of ${script.snoozes}` });
  }
  const counted = `${snoozes} snoozes, ${named} errors that named a time; ${excused} that did not count`;
  return { name: 'what was put off comes back no earlier', counted, violations };
}

const nextOf = (run: RunNote, byJob: ByJob) =>
  byJob.runs(run.jobId).find(({ startedAt }) => startedAt > (run.endedAt ?? run.startedAt));
