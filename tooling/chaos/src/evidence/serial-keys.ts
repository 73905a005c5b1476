import { groupBy } from './group-by.ts';
import type { Check, Violation } from './check.ts';
import type { Evidence } from './evidence.ts';
import type { RunNote } from '../processes/run-notes.ts';
import type { ByJob } from './index-by-job.ts';
import { endOf } from './overlap.ts';

interface Held {
  run: RunNote;
  /** When the run gave its place free at the latest, in ms since 1970. */
  until: number;
}

/**
 * No more runs of a key at once than its limit. A run counts until it is over, or until the queue noted its attempt as
 * lost: from then on its place is another's, and what it still does, or only begins to, is not believed. Nothing else
 * excuses, least of all a crash: a claim of jobs with a key waits for the disk.
 */
export function serialKeys({ jobs, runs, lives }: Evidence, byJob: ByJob): Check {
  const processes = new Map(lives.map((life) => [life.name, life]));
  const keyed = new Map(jobs.flatMap(({ id, script }) => (script.key ? [[id, script] as const] : [])));
  const byKey = groupBy(
    runs.filter(({ jobId }) => keyed.has(jobId)),
    ({ jobId }) => keyed.get(jobId)?.key,
  );
  const violations: Violation[] = [];
  let [most, outlived] = [0, 0];
  for (const [key, itsRuns] of byKey) {
    let held: Held[] = [];
    for (const run of [...itsRuns].sort((a, b) => a.startedAt - b.startedAt)) {
      if (lostAt(run, byJob) < run.startedAt) {
        outlived += 1;
        continue;
      }
      held = held.filter(({ until }) => until > run.startedAt);
      const limit = keyed.get(run.jobId)?.keyLimit ?? 1;
      if (held.length >= limit) {
        const others = held.map((it) => `${it.run.jobId} (attempt ${it.run.attempt}, ${it.run.process})`);
        violations.push({
          jobId: run.jobId,
          what: `attempt ${run.attempt} began on ${run.process} while ${held.length} of key "${key}" ran, of ${limit} allowed: ${others.join(', ')}`,
        });
      }
      const end = endOf(run, processes.get(run.process));
      const until = Math.min(end, lostAt(run, byJob));
      if (until < end) outlived += 1;
      held.push({ run, until });
      most = Math.max(most, held.length);
    }
  }
  const keyedRuns = [...byKey.values()].reduce((sum, its) => sum + its.length, 0);
  const counted = `${keyedRuns} runs of ${keyed.size} jobs with ${byKey.size} keys, up to ${most} at once; ${outlived} runs outlived their lost lease`;
  return { name: 'no serial key runs more often at once than its limit', counted, violations };
}

function lostAt({ jobId, attempt }: RunNote, byJob: ByJob): number {
  const noted = byJob.attempts(jobId).find((it) => it.attempt === attempt && it.outcome === 'lost');
  return noted?.finishedAt ?? Infinity;
}
