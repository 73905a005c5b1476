import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { defineJob } from '@orq/contracts';
import { defineHandler, type Handler, PermanentError, RetryAtError, SnoozeError } from '@orq/queue';
import { z } from 'zod';
import { LONGEST_BACKOFF_MS } from './fleet-settings.ts';
import type { RunNotes, RunNote } from './processes/run-notes.ts';

/** What a job is told to do; what must become of it follows from that. */
export const Script = z.object({
  /** The job's number in this run: how it is known before it has an id, and when its id was lost. */
  n: z.int(),
  /** Enqueued in a transaction of the enqueuer: then its entry in the ledger came with it. */
  inTransaction: z.boolean(),
  /** The jobs of a key may run `keyLimit` at a time; null: it has none. */
  key: z.string().nullable(),
  keyLimit: z.int(),
  /** How it ends: `completes`, `exhausts` its attempts, is `refused` by a permanent error, or meets its deadline. */
  fate: z.enum(['completes', 'exhausts', 'refused', 'expires']),
  workMs: z.int(),
  /** The first attempts fail, so many of them. */
  failures: z.int(),
  /** How they do: the queue chooses when the next one begins, or the error does; or the attempt outlives its timeout. */
  failure: z.enum(['throws', 'names a delay', 'names a time', 'takes too long']),
  /** So many runs end in a snooze before anything else. */
  snoozes: z.int(),
  /** How long a snooze is, and the delay that an error names. In ms. */
  returnMs: z.int(),
  /** Whether it writes an effect with its completion. */
  effect: z.boolean(),
  /** The effect's transaction takes so long, in ms. */
  effectMs: z.int(),
});
export type Script = z.infer<typeof Script>;

const JOB_TYPES = [
  'plain',
  'timed',
  'flaky',
  'doomed',
  'long',
  'slow_effect',
  'watchful',
  'snoozing',
  'overtime',
  'expiring',
] as const;
export type JobType = (typeof JOB_TYPES)[number];

/** Of jobs that do the same and differ in their scripts. */
export const contractOf = (type: JobType) =>
  defineJob({ type, input: Script, output: z.object({ n: z.int() }) });

/** How an error begins that a handler throws because its script says so. */
export const SCRIPTED = 'as scripted';

/** Longer than any timeout or deadline that is to end it. */
const TOO_LONG_MS = 60_000;

export function chaosHandlers(notes: RunNotes, processName: string): Handler[] {
  return JOB_TYPES.map((type) =>
    defineHandler(
      contractOf(type),
      async ({ input, job, signal, commit }) => {
        const note: RunNote = {
          id: randomUUID(),
          jobId: job.id,
          attempt: job.attempt,
          process: processName,
          startedAt: Date.now(),
          endedAt: null,
          abortedAt: signal.aborted ? Date.now() : null,
          snoozed: false,
          notBefore: null,
        };
        signal.addEventListener('abort', () => (note.abortedAt ??= Date.now()), { once: true });
        try {
          const snoozes = await notes.began(note, signal);
          await act(input, job.attempt, snoozes, note, signal);
        } finally {
          note.endedAt = Date.now();
          notes.ended(note);
        }
        if (input.effect) {
          commit(async (tx) => {
            await tx`INSERT INTO chaos.effects (run_id, job_id, attempt) VALUES (${note.id}, ${job.id}, ${job.attempt})`;
            await sleep(input.effectMs);
            await tx`UPDATE chaos.effects SET whole = true WHERE run_id = ${note.id}`;
          });
        }
        return { n: input.n };
      },
      { retry: { baseMs: 100, maxMs: LONGEST_BACKOFF_MS } },
    ),
  );
}

/** @param snoozes how many runs of this job have ended in a snooze */
async function act(
  { fate, workMs, failures, failure, snoozes: wanted, returnMs }: Script,
  attempt: number,
  snoozes: number,
  note: RunNote,
  signal: AbortSignal,
): Promise<void> {
  const fails = fate === 'exhausts' || attempt <= failures;
  const outlasts = fate === 'expires' || (fails && failure === 'takes too long');
  signal.throwIfAborted();
  await sleep(outlasts ? TOO_LONG_MS : workMs, undefined, { signal });
  const now = Date.now();
  if (snoozes < wanted) {
    Object.assign(note, { snoozed: true, notBefore: now + returnMs });
    throw new SnoozeError(returnMs);
  }
  if (fate === 'refused') throw new PermanentError(`${SCRIPTED}: refused`);
  if (!fails) return;
  if (failure === 'throws') throw new Error(SCRIPTED);
  note.notBefore = now + returnMs;
  throw new RetryAtError(failure === 'names a time' ? new Date(note.notBefore) : returnMs, SCRIPTED);
}
