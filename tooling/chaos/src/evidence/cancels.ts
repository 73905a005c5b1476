import { NOTICE_BOUND_MS } from '../fleet-settings.ts';
import type { Cancel } from '../processes/messages.ts';
import type { Check, Violation } from './check.ts';
import { distribution } from './distribution.ts';
import type { Evidence } from './evidence.ts';
import type { RunNote } from '../processes/run-notes.ts';
import type { ByJob } from './index-by-job.ts';
import { endOf, undid } from './overlap.ts';
import { createQuiet } from './quiet.ts';

/**
 * What was answered holds. `cancelled`: the job has ended so, and no run of it begins any more, but where the worker had
 * lost that attempt (so it says in `job_attempts`) or a crash had undone its claim, and the worker did not know.
 * `requested`: it ends as cancelled, or as completed where its handler had returned before its signal was aborted; where
 * the worker felt no fault, also no later than the signal was due. That neither writes an effect, the effects' check shows.
 */
export function cancelsHold(evidence: Evidence, byJob: ByJob): Check {
  const quiet = createQuiet(evidence);
  const violations = evidence.cancels.flatMap((cancel): Violation[] => {
    const what = broken(cancel, evidence, byJob, quiet);
    return what === null ? [] : [{ jobId: cancel.id, what }];
  });
  const answered = (answer: Cancel['answer']) => evidence.cancels.filter((it) => it.answer === answer);
  const requested = answered('requested');
  const late = requested.filter(({ id }) => byJob.job(id)?.state === 'completed').length;
  const counted =
    `${evidence.cancels.length} asked for: ${answered('cancelled').length} cancelled, ` +
    `${requested.length} requested (${late} had completed first), ${answered('completed').length + answered('failed').length} too late, ` +
    `${answered('unanswered').length} never answered`;
  return { name: 'a cancel does what was answered', counted, violations };
}

type Quiet = ReturnType<typeof createQuiet>;

/** @returns what is wrong, or null */
function broken(cancel: Cancel, { faults }: Evidence, byJob: ByJob, quiet: Quiet): string | null {
  const { id, answer, answeredAt } = cancel;
  const job = byJob.job(id);
  if (!job || answer === null) return 'its cancel was asked for, and it is not there';
  if (answer === 'unanswered') return null;
  if (answer === 'completed' || answer === 'failed')
    return job.state === answer ? null : `is ${job.state}, and its cancel was answered "${answer}"`;
  const crashes = faults.filter(({ kind }) => kind === 'crash server');
  if (answer === 'cancelled') {
    if (job.state !== 'cancelled') return `is ${job.state}, and was cancelled`;
    const excused = (run: RunNote) =>
      byJob.attempts(id).some(({ attempt, outcome }) => attempt === run.attempt && outcome === 'lost') ||
      (!job.script.key && crashes.some((crash) => undid(crash, { startedAt: cancel.askedAt }, run)));
    const after = byJob.runs(id).find((run) => run.startedAt > answeredAt && !excused(run));
    return after ? `attempt ${after.attempt} began on ${after.process} after it was cancelled` : null;
  }
  if (job.state === 'cancelled') return null;
  if (job.state !== 'completed') return `is ${job.state}, and was to be cancelled`;
  const believed = byJob
    .effects(id)
    .flatMap(({ runId }) => byJob.runs(id).filter((run) => run.id === runId))
    .at(0);
  // Without an effect it is not known which run of the attempt completed it.
  const completing = believed ? [believed] : byJob.runs(id).filter((run) => run.attempt === job.attempt);
  if (!completing.some(({ abortedAt, endedAt }) => abortedAt === null || abortedAt >= (endedAt ?? Infinity)))
    return 'completed, though its handler had seen the abort';
  const due = answeredAt + NOTICE_BOUND_MS;
  const inTime = completing.some(
    (run) => (run.endedAt ?? Infinity) <= due || !quiet(run.process, answeredAt, due),
  );
  return inTime ? null : `completed by a run that ended ${NOTICE_BOUND_MS} ms after its cancel`;
}

/** A running handler's signal is aborted in time, where its worker felt no fault. */
export function abortsInTime(evidence: Evidence, byJob: ByJob): Check {
  const quiet = createQuiet(evidence);
  const processes = new Map(evidence.lives.map((life) => [life.name, life]));
  const violations: Violation[] = [];
  const calm: number[] = [];
  const troubled: number[] = [];
  for (const { id, answer, answeredAt, tries } of evidence.cancels) {
    if (answer !== 'requested' || tries > 1) continue;
    for (const run of byJob.runs(id)) {
      const end = endOf(run, processes.get(run.process));
      const from = Math.max(answeredAt, run.startedAt);
      const due = from + NOTICE_BOUND_MS;
      const known = run.abortedAt ?? (end > due ? Infinity : null);
      // It ended by itself before it was due, or its end is not known since its process was ended.
      if (known === null || end <= answeredAt || run.endedAt === null) continue;
      const delayMs = Math.max(0, known - from);
      const isQuiet = quiet(run.process, from, due);
      (isQuiet ? calm : troubled).push(delayMs);
      if (isQuiet && delayMs > NOTICE_BOUND_MS)
        violations.push({
          jobId: id,
          what: `attempt ${run.attempt} on ${run.process} saw its abort ${Number.isFinite(delayMs) ? `${delayMs} ms` : 'never'} after the answer`,
        });
    }
  }
  const counted = `no fault in flight: ${distribution(calm)}; else: ${distribution(troubled)}`;
  return { name: `a cancel reaches the handler within ${NOTICE_BOUND_MS} ms`, counted, violations };
}
