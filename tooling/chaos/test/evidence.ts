import type { Evidence, JobRow } from '../src/evidence/evidence.ts';
import type { RunNote } from '../src/processes/run-notes.ts';
import type { Script } from '../src/jobs.ts';
import type { Cancel } from '../src/processes/messages.ts';

const script: Script = {
  n: 1,
  inTransaction: true,
  key: null,
  keyLimit: 1,
  fate: 'completes',
  workMs: 0,
  failures: 0,
  failure: 'throws',
  snoozes: 0,
  returnMs: 0,
  effect: true,
  effectMs: 0,
};

export const runRow = (row: Pick<RunNote, 'id' | 'jobId' | 'startedAt'> & Partial<RunNote>): RunNote => ({
  attempt: 1,
  process: 'b',
  endedAt: row.startedAt + 100,
  abortedAt: null,
  snoozed: false,
  notBefore: null,
  ...row,
});

/** What a run leaves behind that had one job, and one worker that took it in two attempts: the first was lost. */
export function soundEvidence(): Evidence {
  const job: JobRow = { ...plainJob(1), id: 'job', script, attempt: 2 };
  const lost = runRow({ id: 'run 1', jobId: 'job', process: 'a', startedAt: 100, endedAt: 900 });
  const believed = runRow({ id: 'run 2', jobId: 'job', attempt: 2, startedAt: 500, endedAt: 600 });
  return {
    jobs: [job],
    attempts: [{ jobId: 'job', attempt: 1, outcome: 'lost', error: 'The worker was lost', finishedAt: 450 }],
    runs: [lost, believed],
    effects: [{ runId: 'run 2', jobId: 'job', attempt: 2, whole: true }],
    committed: [{ id: 'job', n: 1 }],
    acknowledged: [],
    unknown: [],
    cancels: [],
    ready: 0,
    claims: 0,
    slots: 0,
    parked: 0,
    workers: ['b'],
    lives: [
      { name: 'a', slot: 0, toldToEndAt: 700, endedAt: 950, exit: 'SIGKILL' },
      { name: 'b', slot: 0, toldToEndAt: null, endedAt: null, exit: null },
    ],
    faults: [{ kind: 'pause worker', slot: 0, queue: null, from: 150, to: 650 }],
    pauses: [],
    drainedMs: 1_000,
  };
}

export const plainJob = (n: number, of: Partial<Script> = {}): JobRow => ({
  id: `job ${n}`,
  script: { ...script, n, ...of },
  queue: 'default',
  state: 'completed',
  attempt: 1,
  maxAttempts: 3,
});

/** Adds a job without an effect, committed, that ran once, long after the fault was felt. */
export function addJob(evidence: Evidence, of: Partial<Script> = {}, run: Partial<RunNote> = {}): JobRow {
  const job = plainJob(evidence.jobs.length + 1, { effect: false, ...of });
  evidence.jobs.push(job);
  evidence.committed.push({ id: job.id, n: job.script.n });
  evidence.runs.push(runRow({ id: `run of ${job.id}`, jobId: job.id, startedAt: 10_000, ...run }));
  return job;
}

export function addCancel(evidence: Evidence, job: JobRow, of: Partial<Cancel>): void {
  evidence.cancels.push({
    id: job.id,
    n: job.script.n,
    askedAt: 10_040,
    answeredAt: 10_050,
    answer: 'requested',
    tries: 1,
    ...of,
  });
}
