import { groupBy } from './group-by.ts';
import type { AttemptRow, Evidence, InjectedFault, ProcessLife } from './evidence.ts';
import type { RunNote } from '../processes/run-notes.ts';
import type { ByJob } from './index-by-job.ts';
import type { Check, Violation } from './check.ts';

/** How long before a crash a claim may have been written that the crash has lost: claims do not wait for the disk. In ms. */
const UNSYNCED_MS = 1_000;

/**
 * No job runs twice at a time, but where the first run's lease was lost, which `job_attempts` tells, or where a crash of
 * the server has undone the first run's claim; a claim of jobs with a key waits for the disk, so there no crash excuses. What still runs then is not believed: that its effects are not written, and
 * that its outcome is not noted, the other checks show.
 */
export function doubleRuns({ runs, lives, faults }: Evidence, byJob: ByJob): Check {
  const processes = new Map(lives.map((life) => [life.name, life]));
  const crashes = faults.filter(({ kind }) => kind === 'crash server');
  const violations: Violation[] = [];
  let [lost, undone] = [0, 0];
  for (const [jobId, itsRuns] of groupBy(runs, (run) => run.jobId)) {
    for (const [earlier, later] of overlaps(itsRuns, processes)) {
      if (wasLost(byJob.attempts(jobId), earlier, later)) lost += 1;
      else if (!byJob.job(jobId)?.script.key && crashes.some((crash) => undid(crash, earlier, later)))
        undone += 1;
      else {
        const [a, b] = [earlier, later].map((run) => `attempt ${run.attempt} on ${run.process}`);
        violations.push({ jobId, what: `${b} began while ${a} still ran and had its lease` });
      }
    }
  }
  const counted = `${lost + undone} overlaps: ${lost} of a lost lease, ${undone} of a claim undone by a crash`;
  return { name: 'no job runs twice at a time with its lease', counted, violations };
}

/** Pairs of runs of which the second begins before the first is over. */
function* overlaps(runs: readonly RunNote[], processes: ReadonlyMap<string, ProcessLife>) {
  for (const [index, later] of runs.entries()) {
    for (const earlier of runs.slice(0, index)) {
      if (later.startedAt < endOf(earlier, processes.get(earlier.process))) yield [earlier, later] as const;
    }
  }
}

/** A run that was cut short has left no end: then it was over when its process was. In ms since 1970. */
export const endOf = (run: RunNote, process: ProcessLife | undefined): number =>
  run.endedAt ?? process?.toldToEndAt ?? process?.endedAt ?? Infinity;

const wasLost = (attempts: readonly AttemptRow[], earlier: RunNote, later: RunNote) =>
  earlier.attempt < later.attempt &&
  attempts.some(({ attempt, outcome }) => attempt === earlier.attempt && outcome === 'lost');

/** Whether a crash can have undone the claim of the earlier run. */
export const undid = (crash: InjectedFault, earlier: { startedAt: number }, later: { startedAt: number }) =>
  earlier.startedAt - UNSYNCED_MS < crash.to && crash.from < later.startedAt;
