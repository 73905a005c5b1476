import type { Script } from '../jobs.ts';
import { SCRIPTED } from '../jobs.ts';
import type { Check, Violation } from './check.ts';
import type { AttemptRow, Evidence, JobRow } from './evidence.ts';
import type { ByJob } from './index-by-job.ts';

const TIMED_OUT = /^The attempt took longer than its timeout of \d+ ms$/;
const DEADLINE_WHILE_RUNNING = 'The deadline came while the job ran';
const DEADLINE_BEFORE = 'The deadline had passed before the attempt could begin';

/** Each job ends as its script says, by way of the failures that it says; one whose cancel was asked for may end so. */
export function endsAsDesigned({ jobs, cancels }: Evidence, byJob: ByJob): Check {
  const toCancel = new Set(cancels.map(({ id }) => id));
  const violations = jobs.flatMap((job): Violation[] => {
    if (job.state === 'open' || (job.state === 'cancelled' && toCancel.has(job.id))) return [];
    const what = strayed(job, byJob.attempts(job.id));
    return what === null ? [] : [{ jobId: job.id, what }];
  });
  const ended = (state: string, fates: readonly Script['fate'][]) =>
    jobs.filter((job) => job.state === state && fates.includes(job.script.fate)).length;
  const counted =
    `${ended('completed', ['completes'])} completed, ${ended('failed', ['exhausts', 'refused'])} failed, ` +
    `${ended('failed', ['expires'])} met their deadline, ` +
    `${jobs.filter(({ state }) => state === 'cancelled').length} cancelled`;
  return { name: 'each job ends as designed', counted, violations };
}

/** @returns how a job has ended that was to end otherwise; null where it has ended as it was to */
function strayed(
  { script, state, attempt, maxAttempts }: JobRow,
  attempts: readonly AttemptRow[],
): string | null {
  const { fate, failures, failure } = script;
  const wanted = fate === 'completes' ? 'completed' : 'failed';
  if (state !== wanted) return `is ${state}, was to be ${wanted}`;
  if (fate === 'exhausts' && attempt !== maxAttempts)
    return `failed after ${attempt} of ${maxAttempts} attempts`;
  if (fate === 'expires' && !metDeadline(attempts.at(-1)))
    return `failed by something else than its deadline: ${attempts.at(-1)?.error}`;
  if (fate !== 'completes') return null;
  const early = attempts.filter((it) => it.attempt <= failures && it.outcome === 'failed');
  if (attempt <= failures) return `completed at attempt ${attempt}, and ${failures} were to fail`;
  if (failure === 'takes too long' && !early.every(({ error }) => TIMED_OUT.test(error)))
    return 'an attempt that was to take too long failed otherwise';
  return null;
}

const metDeadline = (attempt: AttemptRow | undefined) =>
  attempt?.error === DEADLINE_WHILE_RUNNING || attempt?.error === DEADLINE_BEFORE;

/** Its limit was reached before its handler could note that it began. */
export const endedBeforeItBegan = ({ error }: AttemptRow): boolean =>
  error === DEADLINE_WHILE_RUNNING || error === DEADLINE_BEFORE || TIMED_OUT.test(error);

/** What a fault breaks is never counted as a failure of the handler. */
export function onlyScriptedFailures({ attempts }: Evidence, byJob: ByJob): Check {
  const failed = attempts.filter(({ outcome }) => outcome === 'failed');
  const violations = failed
    .filter((attempt) => !isScripted(attempt, byJob.job(attempt.jobId)))
    .map(({ jobId, attempt, error }) => ({
      jobId,
      what: `attempt ${attempt} failed by no fault of its own: ${error}`,
    }));
  const timedOut = failed.filter(({ error }) => TIMED_OUT.test(error)).length;
  const expired = failed.filter(metDeadline).length;
  return {
    name: 'only what a handler throws counts as its failure',
    counted: `${failed.length} failed attempts, ${timedOut} of them by their timeout, ${expired} by their deadline`,
    violations,
  };
}

function isScripted(attempt: AttemptRow, job: JobRow | undefined): boolean {
  if (attempt.error.startsWith(SCRIPTED)) return true;
  if (TIMED_OUT.test(attempt.error)) return job?.script.failure === 'takes too long';
  return metDeadline(attempt) && job?.script.fate === 'expires';
}
