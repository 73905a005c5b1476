import { groupBy } from './group-by.ts';
import { DRAIN_BOUND_MS } from '../fleet-settings.ts';
import { blockedWorkersLive } from './blocked-workers.ts';
import { abortsInTime, cancelsHold } from './cancels.ts';
import type { Check, Violation } from './check.ts';
import { endedBeforeItBegan, endsAsDesigned, onlyScriptedFailures } from './design.ts';
import type { Evidence, JobRow } from './evidence.ts';
import { type ByJob, indexByJob } from './index-by-job.ts';
import { doubleRuns } from './overlap.ts';
import { pausedQueuesRest } from './paused-queues.ts';
import { returnsInTime } from './returns.ts';
import { serialKeys } from './serial-keys.ts';

/** Holds the evidence of a run against all that the queue promises. Pure. */
export function checkInvariants(evidence: Evidence): Check[] {
  const byJob = indexByJob(evidence);
  return [
    nothingLost(evidence, byJob),
    nothingRolledBack(evidence, byJob),
    endsAsDesigned(evidence, byJob),
    effectsOnce(evidence, byJob),
    attemptsAccounted(evidence, byJob),
    onlyScriptedFailures(evidence, byJob),
    runsKnown(evidence, byJob),
    doubleRuns(evidence, byJob),
    serialKeys(evidence, byJob),
    cancelsHold(evidence, byJob),
    abortsInTime(evidence, byJob),
    returnsInTime(evidence, byJob),
    pausedQueuesRest(evidence, byJob),
    blockedWorkersLive(evidence, byJob),
    drained(evidence),
    onlyLiveWorkers(evidence),
    noWorkerEndedByItself(evidence),
  ];
}

const count = (many: number, one: string) => `${many} ${one}${many === 1 ? '' : 's'}`;

function nothingLost({ committed, acknowledged }: Evidence, byJob: ByJob): Check {
  const known = [...committed, ...acknowledged];
  const violations = known.flatMap(({ id, n }): Violation[] => {
    const job = byJob.job(id);
    if (!job) return [{ jobId: id, what: `job ${n} was enqueued for certain, and is not there` }];
    if (job.script.n !== n)
      return [{ jobId: id, what: `job ${n} was enqueued, and ${job.script.n} has its id` }];
    return job.state === 'open' ? [{ jobId: id, what: `job ${n} never came to an end` }] : [];
  });
  const counted = `${committed.length} committed in transactions, ${acknowledged.length} acknowledged`;
  return { name: 'no committed job is lost', counted, violations };
}

function nothingRolledBack({ jobs, committed, acknowledged, unknown }: Evidence, byJob: ByJob): Check {
  const inLedger = new Set(committed.map(({ id }) => id));
  const answered = new Set(acknowledged.map(({ id }) => id));
  const unanswered = new Set(unknown);
  const ghosts = jobs.filter(({ id, script }) =>
    script.inTransaction ? !inLedger.has(id) : !answered.has(id) && !unanswered.has(script.n),
  );
  const violations = ghosts.map(({ id, script }) => ({
    jobId: id,
    what: `job ${script.n} is there, and its enqueue was rolled back or never made`,
  }));
  for (const [n, same] of groupBy(jobs, ({ script }) => script.n)) {
    const [first, second] = same;
    if (first && second)
      violations.push({ jobId: second.id, what: `job ${n} is there twice, also as ${first.id}` });
  }
  const arrived = jobs.filter(
    ({ id, script }) => !byJob.job(id)?.script.inTransaction && unanswered.has(script.n),
  );
  const counted = `${count(jobs.length, 'job')}; of ${unanswered.size} without an answer ${arrived.length} exist`;
  return { name: 'nothing that was rolled back is there', counted, violations };
}

const wantsEffect = ({ script, state }: JobRow) => script.effect && state === 'completed';

function effectsOnce({ jobs, effects }: Evidence, byJob: ByJob): Check {
  const violations = jobs.flatMap((job): Violation[] => {
    const written = byJob.effects(job.id);
    const wanted = wantsEffect(job) ? 1 : 0;
    if (written.length !== wanted) {
      return [
        { jobId: job.id, what: `${job.state}, with ${count(written.length, 'effect')} instead of ${wanted}` },
      ];
    }
    return written.flatMap(({ attempt, whole }): Violation[] => {
      if (!whole) return [{ jobId: job.id, what: 'only a part of its effect is there' }];
      return attempt === job.attempt
        ? []
        : [
            {
              jobId: job.id,
              what: `attempt ${job.attempt} completed it, and the effect is of attempt ${attempt}`,
            },
          ];
    });
  });
  for (const { jobId } of effects)
    if (!byJob.job(jobId)) violations.push({ jobId, what: 'an effect without a job' });
  const counted = `${count(effects.length, 'effect')} for ${count(jobs.filter(wantsEffect).length, 'completed job')} with one`;
  return { name: 'each effect is written exactly once', counted, violations };
}

function attemptsAccounted({ jobs, attempts }: Evidence, byJob: ByJob): Check {
  const violations = jobs.flatMap((job): Violation[] => {
    const noted = byJob.attempts(job.id).map(({ attempt }) => attempt);
    const ended = job.state === 'completed' ? job.attempt - 1 : job.attempt;
    const wanted = Array.from({ length: Math.max(0, ended) }, (_, index) => index + 1);
    if (noted.join() !== wanted.join()) {
      return [
        {
          jobId: job.id,
          what: `${job.state} at attempt ${job.attempt}; failed attempts noted: ${noted.join() || 'none'}`,
        },
      ];
    }
    if (job.attempt > job.maxAttempts) {
      return [{ jobId: job.id, what: `took ${job.attempt} attempts, and had ${job.maxAttempts}` }];
    }
    return [];
  });
  const lost = attempts.filter(({ outcome }) => outcome === 'lost').length;
  const cancelled = attempts.filter(({ outcome }) => outcome === 'cancelled').length;
  const counted = `${attempts.length - lost - cancelled} failed, ${cancelled} cancelled and ${lost} lost attempts of ${count(jobs.length, 'job')}`;
  return { name: 'each attempt is accounted for', counted, violations };
}

function runsKnown({ jobs, attempts, runs }: Evidence, byJob: ByJob): Check {
  const ran = (jobId: string, attempt: number) => byJob.runs(jobId).some((run) => run.attempt === attempt);
  const completed = jobs.filter(({ state }) => state === 'completed');
  const failed = attempts.filter(({ outcome }) => outcome === 'failed');
  const violations = [
    ...runs
      .filter(({ jobId }) => !byJob.job(jobId))
      .map(({ jobId }) => ({ jobId, what: 'ran, and is no job' })),
    ...runs
      .filter(({ jobId, attempt }) => attempt > mostAttempts(byJob.job(jobId)))
      .map(({ jobId, attempt }) => ({ jobId, what: `attempt ${attempt} ran, and does not count` })),
    ...completed
      .filter(({ id, attempt }) => !ran(id, attempt))
      .map(({ id, attempt }) => ({ jobId: id, what: `completed by attempt ${attempt}, which never ran` })),
    ...failed
      .filter((noted) => !ran(noted.jobId, noted.attempt) && !endedBeforeItBegan(noted))
      .map(({ jobId, attempt }) => ({ jobId, what: `attempt ${attempt} failed, and never ran` })),
  ];
  return {
    name: 'each run is an attempt, each settled attempt ran',
    counted: count(runs.length, 'run'),
    violations,
  };
}

/** A job that was cancelled while it waited may have run before, and was snoozed or handed back: no attempt was spent. */
const mostAttempts = (job: JobRow | undefined) =>
  job ? job.attempt + (job.state === 'cancelled' ? 1 : 0) : Infinity;

function drained({ jobs, ready, claims, slots, parked, drainedMs }: Evidence): Check {
  const violations: Violation[] = jobs
    .filter(({ state }) => state === 'open')
    .map(({ id }) => ({ jobId: id, what: 'is still open' }));
  if (ready > 0) violations.push({ jobId: null, what: `ready still holds ${ready}` });
  if (claims > 0) violations.push({ jobId: null, what: `claims still holds ${claims}` });
  if (slots > 0) violations.push({ jobId: null, what: `key_slots still holds ${slots}` });
  if (parked > 0) violations.push({ jobId: null, what: `parked still holds ${parked}` });
  if (drainedMs === null || drainedMs > DRAIN_BOUND_MS) {
    violations.push({ jobId: null, what: `not drained ${DRAIN_BOUND_MS} ms after the last fault` });
  }
  const counted =
    drainedMs === null ? 'never' : `after ${(drainedMs / 1000).toFixed(1)} s of ${DRAIN_BOUND_MS / 1000}`;
  return { name: 'all is drained within the bound', counted, violations };
}

function onlyLiveWorkers({ workers, lives }: Evidence): Check {
  const live = lives.filter(({ toldToEndAt, endedAt }) => toldToEndAt === null && endedAt === null);
  const wanted = live.map(({ name }) => name).sort();
  const listed = [...workers].sort();
  const same = wanted.join() === listed.join();
  const violations = same ? [] : [{ jobId: null, what: `listed: ${listed.join()}; alive: ${wanted.join()}` }];
  return { name: 'workers lists the living alone', counted: count(workers.length, 'worker'), violations };
}

function noWorkerEndedByItself({ lives }: Evidence): Check {
  const violations = lives
    .filter(({ toldToEndAt, endedAt }) => toldToEndAt === null && endedAt !== null)
    .map(({ name, exit }) => ({ jobId: null, what: `${name} ended by itself: ${exit}` }));
  return {
    name: 'no fault ends a worker process',
    counted: count(lives.length, 'process').replace('processs', 'processes'),
    violations,
  };
}
