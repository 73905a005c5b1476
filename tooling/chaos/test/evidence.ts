import type { Evidence, JobRow, RunRow } from '../src/evidence/evidence.ts';
import type { Script } from '../src/jobs.ts';

const script: Script = {
  n: 1,
  inTransaction: true,
  fate: 'completes',
  workMs: 0,
  failures: 0,
  effect: true,
  effectMs: 0,
};

/** What a run leaves behind that had one job, and one worker that took it in two attempts: the first was lost. */
export function soundEvidence(): Evidence {
  const job: JobRow = { id: 'job', script, state: 'completed', attempt: 2, maxAttempts: 3 };
  const lost: RunRow = { id: 'run 1', jobId: 'job', attempt: 1, process: 'a', startedAt: 100, endedAt: 900 };
  const believed: RunRow = {
    id: 'run 2',
    jobId: 'job',
    attempt: 2,
    process: 'b',
    startedAt: 500,
    endedAt: 600,
  };
  return {
    jobs: [job],
    attempts: [{ jobId: 'job', attempt: 1, outcome: 'lost', error: 'The worker was lost' }],
    runs: [lost, believed],
    effects: [{ runId: 'run 2', jobId: 'job', attempt: 2, whole: true }],
    committed: [{ id: 'job', n: 1 }],
    acknowledged: [],
    unknown: [],
    ready: 0,
    claims: 0,
    workers: ['b'],
    lives: [
      { name: 'a', slot: 0, toldToEndAt: 700, endedAt: 950, exit: 'SIGKILL' },
      { name: 'b', slot: 0, toldToEndAt: null, endedAt: null, exit: null },
    ],
    faults: [{ kind: 'pause worker', slot: 0, from: 150, to: 650 }],
    drainedMs: 1_000,
  };
}

export const plainJob = (n: number): JobRow => ({
  id: `job ${n}`,
  script: { ...script, n },
  state: 'completed',
  attempt: 1,
  maxAttempts: 3,
});
