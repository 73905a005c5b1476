import { NOTICE_BOUND_MS } from '../fleet-settings.ts';
import type { Check, Violation } from './check.ts';
import type { Evidence } from './evidence.ts';
import type { ByJob } from './index-by-job.ts';
import { createQuiet } from './quiet.ts';

/** While a queue is paused none of its jobs begins, from when the workers must know of it; where they felt no fault. */
export function pausedQueuesRest(evidence: Evidence, byJob: ByJob): Check {
  const quiet = createQuiet(evidence);
  let [before, unknowing] = [0, 0];
  const violations: Violation[] = [];
  for (const { queue, from, to } of evidence.pauses) {
    for (const run of evidence.runs) {
      if (run.startedAt <= from || run.startedAt >= to || byJob.job(run.jobId)?.queue !== queue) continue;
      if (run.startedAt <= from + NOTICE_BOUND_MS) before += 1;
      else if (!quiet(run.process, from, run.startedAt)) unknowing += 1;
      else
        violations.push({
          jobId: run.jobId,
          what: `began on ${run.process} ${Math.round(run.startedAt - from)} ms after its queue ${queue} was paused`,
        });
    }
  }
  const counted = `${evidence.pauses.length} pauses; ${before} began within ${NOTICE_BOUND_MS} ms, ${unknowing} later on a worker that a fault kept from knowing`;
  return { name: 'nothing of a paused queue begins', counted, violations };
}
