import { groupBy } from './group-by.ts';
import type { AttemptRow, EffectRow, Evidence, JobRow } from './evidence.ts';
import type { RunNote } from '../processes/run-notes.ts';

/** The evidence, found by job. Each gives what there is of a job, and an empty list where there is nothing. */
export interface ByJob {
  job(id: string): JobRow | undefined;
  attempts(id: string): readonly AttemptRow[];
  runs(id: string): readonly RunNote[];
  effects(id: string): readonly EffectRow[];
}

export function indexByJob(evidence: Evidence): ByJob {
  const jobs = new Map(evidence.jobs.map((job) => [job.id, job]));
  const attempts = groupBy(evidence.attempts, ({ jobId }) => jobId);
  const runs = groupBy(evidence.runs, ({ jobId }) => jobId);
  const effects = groupBy(evidence.effects, ({ jobId }) => jobId);
  return {
    job: (id) => jobs.get(id),
    attempts: (id) => attempts.get(id) ?? [],
    runs: (id) => runs.get(id) ?? [],
    effects: (id) => effects.get(id) ?? [],
  };
}
