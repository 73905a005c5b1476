import { describe, expect, test } from 'vitest';
import type { AttemptRow, Evidence } from '../src/evidence/evidence.ts';
import { checkInvariants } from '../src/evidence/invariants.ts';
import { addCancel, addJob, runRow, soundEvidence } from './evidence.ts';

const violated = (evidence: Evidence) =>
  checkInvariants(evidence)
    .filter(({ violations }) => violations.length > 0)
    .map(({ name }) => name);

const SERIAL = 'no serial key runs more often at once than its limit';
const CANCELS = 'a cancel does what was answered';
const ABORTS = 'a cancel reaches the handler within 1000 ms';
const PUT_OFF = 'what was put off comes back no earlier';
const PAUSES = 'nothing of a paused queue begins';
const BLOCKED = 'a worker whose event loop is blocked keeps its jobs';
const DESIGNED = 'each job ends as designed';
const FAILURES = 'only what a handler throws counts as its failure';

const crash = (from: number) =>
  ({ kind: 'crash server', slot: null, queue: null, from, to: from + 5 }) as const;

function noteAttempt(evidence: Evidence, jobId: string, of: Partial<AttemptRow>): void {
  evidence.attempts.push({
    jobId,
    attempt: 1,
    outcome: 'failed',
    error: 'as scripted',
    finishedAt: 10_100,
    ...of,
  });
}

describe('serial keys', () => {
  const pair = (keyLimit: number, secondFrom: number) => {
    const evidence = soundEvidence();
    const first = addJob(evidence, { key: 'k', keyLimit });
    addJob(evidence, { key: 'k', keyLimit }, { startedAt: secondFrom });
    return { evidence, first };
  };

  test('may follow each other, and run at once up to their limit', () => {
    expect(violated(pair(1, 10_100).evidence)).toEqual([]);
    expect(violated(pair(2, 10_050).evidence)).toEqual([]);
  });

  test('are seen to overlap, also when a crash came between', () => {
    const { evidence } = pair(1, 10_050);
    evidence.faults.push(crash(10_020));

    expect(violated(evidence)).toEqual([SERIAL]);
  });

  test('are seen to exceed a limit of two', () => {
    const { evidence } = pair(2, 10_050);
    addJob(evidence, { key: 'k', keyLimit: 2 }, { startedAt: 10_060 });

    expect(violated(evidence)).toEqual([SERIAL]);
  });

  test('may overlap a run whose attempt was lost before, and not one that was lost after', () => {
    const overlap = (finishedAt: number) => {
      const { evidence, first } = pair(1, 10_050);
      noteAttempt(evidence, first.id, { outcome: 'lost', finishedAt });
      evidence.runs.push(runRow({ id: 'again', jobId: first.id, attempt: 2, startedAt: 10_200 }));
      first.attempt = 2;
      return violated(evidence);
    };

    expect(overlap(10_040)).toEqual([]);
    expect(overlap(10_080)).toEqual([SERIAL]);
  });

  test('may be overlapped by a run that only began once its attempt was lost', () => {
    const began = (startedAt: number) => {
      const { evidence } = pair(1, 10_200);
      const late = addJob(evidence, { key: 'k' }, { startedAt });
      noteAttempt(evidence, late.id, { outcome: 'lost', finishedAt: 10_040 });
      evidence.runs.push(runRow({ id: 'again', jobId: late.id, attempt: 2, startedAt: 10_400 }));
      late.attempt = 2;
      return violated(evidence);
    };

    expect(began(10_050)).toEqual([]);
    expect(began(10_030)).toEqual([SERIAL]);
  });

  test('have no crash as an excuse for two runs of one job', () => {
    const evidence = soundEvidence();
    const job = addJob(evidence, { key: 'k', keyLimit: 2 });
    evidence.runs.push(runRow({ id: 'twice', jobId: job.id, startedAt: 10_050 }));
    evidence.faults.push(crash(10_020));

    expect(violated(evidence)).toEqual(['no job runs twice at a time with its lease']);
  });
});

describe('cancels', () => {
  test('hold where a waiting job never runs, and a running one is aborted', () => {
    const evidence = soundEvidence();
    const waiting = addJob(evidence);
    Object.assign(waiting, { state: 'cancelled', attempt: 0 });
    evidence.runs.pop();
    addCancel(evidence, waiting, { answer: 'cancelled' });
    const running = addJob(evidence, {}, { endedAt: 10_310, abortedAt: 10_300 });
    running.state = 'cancelled';
    noteAttempt(evidence, running.id, { outcome: 'cancelled' });
    addCancel(evidence, running, {});

    expect(violated(evidence)).toEqual([]);
  });

  test('are seen to be ignored by a job that completes after its handler saw the abort', () => {
    const evidence = soundEvidence();
    addCancel(evidence, addJob(evidence, {}, { endedAt: 10_310, abortedAt: 10_300 }), {});

    expect(violated(evidence)).toEqual([CANCELS]);
  });

  test('let a job complete whose handler returned before it was told, and not one that runs on for long', () => {
    const ending = (endedAt: number) => {
      const evidence = soundEvidence();
      addCancel(evidence, addJob(evidence, {}, { endedAt }), {});
      return violated(evidence);
    };

    expect(ending(10_400)).toEqual([]);
    expect(ending(12_000)).toEqual([CANCELS, ABORTS]);
  });

  test('are seen to come late, unless a fault is in flight', () => {
    const evidence = soundEvidence();
    const job = addJob(evidence, {}, { endedAt: 11_600, abortedAt: 11_500 });
    job.state = 'cancelled';
    noteAttempt(evidence, job.id, { outcome: 'cancelled' });
    addCancel(evidence, job, {});

    expect(violated(evidence)).toEqual([ABORTS]);

    evidence.faults.push({ kind: 'freeze connections', slot: 0, queue: null, from: 10_000, to: 11_000 });

    expect(violated(evidence)).toEqual([]);
  });

  test('are seen to fail where a cancelled job runs all the same, unless its worker had lost it', () => {
    const evidence = soundEvidence();
    const job = addJob(evidence, {}, { startedAt: 10_200 });
    job.state = 'cancelled';
    addCancel(evidence, job, { answer: 'cancelled' });
    noteAttempt(evidence, job.id, { outcome: 'cancelled' });

    expect(violated(evidence)).toEqual([CANCELS]);

    evidence.attempts = evidence.attempts.map((attempt) => ({ ...attempt, outcome: 'lost' }));

    expect(violated(evidence)).toEqual([]);
  });

  test('are seen to be forgotten', () => {
    const evidence = soundEvidence();
    const job = addJob(evidence);
    addCancel(evidence, job, { answer: 'cancelled', answeredAt: 11_000 });

    expect(violated(evidence)).toEqual([CANCELS]);
  });
});

describe('what was put off', () => {
  const snoozed = (comesBackAt: number) => {
    const evidence = soundEvidence();
    const job = addJob(evidence, { snoozes: 1 }, { snoozed: true, notBefore: 10_600 });
    evidence.runs.push(runRow({ id: 'back', jobId: job.id, startedAt: comesBackAt }));
    return evidence;
  };

  test('is seen to come back too early, unless a crash came between', () => {
    expect(violated(snoozed(10_650))).toEqual([]);
    const early = snoozed(10_400);
    expect(violated(early)).toEqual([PUT_OFF]);

    early.faults.push(crash(10_050));

    expect(violated(early)).toEqual([]);
  });

  test('may be cancelled then, no attempt spent', () => {
    const evidence = soundEvidence();
    const job = addJob(evidence, { snoozes: 1 }, { snoozed: true, notBefore: 10_600 });
    Object.assign(job, { state: 'cancelled', attempt: 0 });
    addCancel(evidence, job, { answer: 'cancelled', askedAt: 10_300, answeredAt: 10_310 });

    expect(violated(evidence)).toEqual([]);
  });

  test('is seen to complete without its snoozes', () => {
    const evidence = soundEvidence();
    addJob(evidence, { snoozes: 2 });

    expect(violated(evidence)).toEqual([PUT_OFF]);
  });
});

describe('a paused queue', () => {
  test('is seen to begin jobs, unless a fault kept the worker from knowing', () => {
    const evidence = soundEvidence();
    addJob(evidence, {}, { startedAt: 12_000 });
    evidence.pauses.push({ queue: 'default', from: 10_000, to: 13_000 });

    expect(violated(evidence)).toEqual([PAUSES]);

    evidence.faults.push({ kind: 'cut connections', slot: 0, queue: null, from: 10_500, to: 10_500 });

    expect(violated(evidence)).toEqual([]);
  });
});

describe('a blocked worker', () => {
  test('is seen to lose its jobs, unless another fault struck it', () => {
    const evidence = soundEvidence();
    const job = addJob(evidence, {}, { endedAt: 13_000 });
    noteAttempt(evidence, job.id, { outcome: 'lost', finishedAt: 12_500 });
    evidence.runs.push(runRow({ id: 'again', jobId: job.id, attempt: 2, startedAt: 12_600 }));
    job.attempt = 2;
    evidence.faults.push({ kind: 'block worker', slot: 0, queue: null, from: 10_010, to: 12_900 });

    expect(violated(evidence)).toEqual([BLOCKED]);

    evidence.faults.push({ kind: 'freeze connections', slot: 0, queue: null, from: 10_500, to: 12_000 });

    expect(violated(evidence)).toEqual([]);
  });
});

describe('limits of time', () => {
  const TIMEOUT = 'The attempt took longer than its timeout of 100 ms';
  const DEADLINE = 'The deadline came while the job ran';

  function failedOnce(of: Parameters<typeof addJob>[1], error: string) {
    const evidence = soundEvidence();
    const job = addJob(evidence, of);
    noteAttempt(evidence, job.id, { error });
    return { evidence, job };
  }

  test('may end what is to meet them', () => {
    const { evidence, job } = failedOnce({ failures: 1, failure: 'takes too long' }, TIMEOUT);
    job.attempt = 2;
    evidence.runs.push(runRow({ id: 'in time', jobId: job.id, attempt: 2, startedAt: 10_200 }));
    expect(violated(evidence)).toEqual([]);

    const expired = failedOnce({ fate: 'expires' }, DEADLINE);
    expired.job.state = 'failed';
    expect(violated(expired.evidence)).toEqual([]);
  });

  test('are seen to end what has none', () => {
    const { evidence, job } = failedOnce({ fate: 'refused' }, TIMEOUT);
    job.state = 'failed';

    expect(violated(evidence)).toEqual([FAILURES]);
  });

  test('are seen to be missed', () => {
    const { evidence, job } = failedOnce({ fate: 'expires' }, 'as scripted');
    job.state = 'failed';
    expect(violated(evidence)).toEqual([DESIGNED]);

    const onTime = soundEvidence();
    addJob(onTime, { failures: 1, failure: 'takes too long' });
    expect(violated(onTime)).toEqual([DESIGNED]);
  });
});
