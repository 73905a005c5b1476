import { describe, expect, test } from 'vitest';
import type { Evidence } from '../src/evidence/evidence.ts';
import { checkInvariants } from '../src/evidence/invariants.ts';
import { verdict } from '../src/report.ts';
import { plainJob, runRow, soundEvidence } from './evidence.ts';

const violated = (evidence: Evidence) =>
  checkInvariants(evidence)
    .filter(({ violations }) => violations.length > 0)
    .map(({ name }) => name);

const LOST = 'no committed job is lost';
const ROLLED_BACK = 'nothing that was rolled back is there';
const DESIGNED = 'each job ends as designed';
const EFFECTS = 'each effect is written exactly once';
const ATTEMPTS = 'each attempt is accounted for';
const FAILURES = 'only what a handler throws counts as its failure';
const RUNS = 'each run is an attempt, each settled attempt ran';
const TWICE = 'no job runs twice at a time with its lease';
const DRAINED = 'all is drained within the bound';
const WORKERS = 'workers lists the living alone';
const PROCESSES = 'no fault ends a worker process';

/** What is forged, how, and every check that must see it. */
const forgeries: [what: string, forge: (evidence: Evidence) => void, seenBy: string[]][] = [
  ['a committed job that is gone', (e) => e.committed.push({ id: 'gone', n: 2 }), [LOST]],
  ['an acknowledged job that is gone', (e) => e.acknowledged.push({ id: 'gone', n: 2 }), [LOST]],
  ['a job of a transaction that was rolled back', (e) => (e.committed = []), [ROLLED_BACK]],
  [
    'a job enqueued twice',
    (e) => {
      e.jobs.push({ ...plainJob(1), script: { ...plainJob(1).script, effect: false } });
      e.committed.push({ id: 'job 1', n: 1 });
      e.runs.push(runRow({ id: 'x', jobId: 'job 1', startedAt: 1_000 }));
    },
    [ROLLED_BACK],
  ],
  [
    'a job that failed, and was to complete',
    (e) => forgeJob(e, { state: 'failed' }),
    [DESIGNED, EFFECTS, ATTEMPTS],
  ],
  ['a doubled effect', (e) => e.effects.push(...e.effects), [EFFECTS]],
  ['an effect that is missing', (e) => (e.effects = []), [EFFECTS]],
  [
    'half an effect',
    (e) => (e.effects = e.effects.map((effect) => ({ ...effect, whole: false }))),
    [EFFECTS],
  ],
  [
    'the effect of the lost attempt',
    (e) => (e.effects = e.effects.map((it) => ({ ...it, attempt: 1 }))),
    [EFFECTS],
  ],
  ['an attempt that was not noted', (e) => (e.attempts = []), [ATTEMPTS, TWICE]],
  ['an attempt beyond the last', (e) => forgeJob(e, { maxAttempts: 1 }), [ATTEMPTS]],
  [
    'an attempt that a fault of the database has cost',
    (e) =>
      e.attempts.forEach((attempt) => Object.assign(attempt, { outcome: 'failed', error: 'ECONNRESET' })),
    [FAILURES, TWICE],
  ],
  ['a completion without a run', (e) => (e.runs = []), [RUNS]],
  [
    'a run of an attempt that was never counted',
    (e) => e.runs.forEach((run) => (run.attempt += 1)),
    [RUNS, TWICE],
  ],
  [
    'two runs of one attempt at a time',
    (e) => e.runs.push(runRow({ id: 'run 3', jobId: 'job', attempt: 2, process: 'a', startedAt: 550 })),
    [TWICE],
  ],
  [
    'a job that is still open',
    (e) => forgeJob(e, { state: 'open', attempt: 1 }),
    [LOST, EFFECTS, RUNS, DRAINED],
  ],
  ['a row left in ready', (e) => (e.ready = 1), [DRAINED]],
  ['a row left in claims', (e) => (e.claims = 1), [DRAINED]],
  ['a slot of a key that was not given back', (e) => (e.slots = 1), [DRAINED]],
  ['a job left parked', (e) => (e.parked = 1), [DRAINED]],
  ['a queue that did not drain', (e) => (e.drainedMs = null), [DRAINED]],
  ['a dead worker on the list', (e) => e.workers.push('a'), [WORKERS]],
  ['a worker that ended by itself', (e) => e.lives.forEach((life) => (life.toldToEndAt = null)), [PROCESSES]],
];

function forgeJob(evidence: Evidence, change: Partial<Evidence['jobs'][number]>) {
  evidence.jobs = evidence.jobs.map((job) => ({ ...job, ...change }));
}

describe('the invariants', () => {
  test('hold for a sound ledger', () => {
    const evidence = soundEvidence();

    expect(violated(evidence)).toEqual([]);
    expect(verdict(checkInvariants(evidence), evidence, 7)).toBe('chaos passed: seed 7, 1 jobs, 1 faults');
  });

  test.each(forgeries)('see %s', (_, forge, seenBy) => {
    const evidence = soundEvidence();

    forge(evidence);

    expect(violated(evidence)).toEqual(seenBy);
  });

  test('let a job run twice where a crash has undone its claim', () => {
    const evidence = soundEvidence();
    evidence.runs.push(runRow({ id: 'run 3', jobId: 'job', attempt: 2, startedAt: 550 }));
    evidence.faults.push({ kind: 'crash server', slot: null, queue: null, from: 510, to: 540 });

    expect(violated(evidence)).toEqual([]);
  });
});
