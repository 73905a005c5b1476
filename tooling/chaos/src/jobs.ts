import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { defineJob } from '@orq/contracts';
import type { Sql } from '@orq/db';
import { defineHandler, type Handler, type Logger, PermanentError, untilDatabaseAnswers } from '@orq/queue';
import { z } from 'zod';
import { LONGEST_BACKOFF_MS } from './fleet-settings.ts';

/** What a job is told to do; what must become of it follows from that. */
export const Script = z.object({
  /** The job's number in this run: how it is known before it has an id, and when its id was lost. */
  n: z.int(),
  /** Enqueued in a transaction of the enqueuer: then its entry in the ledger came with it. */
  inTransaction: z.boolean(),
  /** How it ends: `completes`, `exhausts` its attempts, or is `refused` by a permanent error. */
  fate: z.enum(['completes', 'exhausts', 'refused']),
  workMs: z.int(),
  /** The first attempts fail, so many of them. */
  failures: z.int(),
  /** Whether it writes an effect with its completion. */
  effect: z.boolean(),
  /** The effect's transaction takes so long, in ms. */
  effectMs: z.int(),
});
export type Script = z.infer<typeof Script>;

const JOB_TYPES = ['plain', 'timed', 'flaky', 'doomed', 'long', 'slow_effect'] as const;
export type JobType = (typeof JOB_TYPES)[number];

const contractOf = (type: JobType) => defineJob({ type, input: Script, output: z.object({ n: z.int() }) });

export const contracts = {
  plain: contractOf('plain'),
  timed: contractOf('timed'),
  flaky: contractOf('flaky'),
  doomed: contractOf('doomed'),
  long: contractOf('long'),
  slow_effect: contractOf('slow_effect'),
} satisfies Record<JobType, ReturnType<typeof contractOf>>;

/** How an error begins that a handler throws because its script says so. */
export const SCRIPTED = 'as scripted';

/** @param sql a client of the handlers' own, for the ledger */
export function chaosHandlers(sql: Sql, processName: string, log: Logger): Handler[] {
  return JOB_TYPES.map((type) =>
    defineHandler(
      contracts[type],
      async ({ input, job, signal, commit }) => {
        const runId = randomUUID();
        const noted = (write: () => Promise<unknown>) => untilDatabaseAnswers(write, log, signal);
        await noted(
          () => sql`
            INSERT INTO chaos.runs (id, job_id, attempt, process) VALUES (${runId}, ${job.id}, ${job.attempt}, ${processName})
            ON CONFLICT DO NOTHING`,
        );
        try {
          if (input.workMs > 0) await sleep(input.workMs, undefined, { signal });
          if (input.fate === 'refused') throw new PermanentError(`${SCRIPTED}: refused`);
          if (input.fate === 'exhausts' || job.attempt <= input.failures) throw new Error(SCRIPTED);
        } finally {
          await noted(() => sql`UPDATE chaos.runs SET ended_at = clock_timestamp() WHERE id = ${runId}`);
        }
        if (input.effect) {
          commit(async (tx) => {
            await tx`INSERT INTO chaos.effects (run_id, job_id, attempt) VALUES (${runId}, ${job.id}, ${job.attempt})`;
            await sleep(input.effectMs);
            await tx`UPDATE chaos.effects SET whole = true WHERE run_id = ${runId}`;
          });
        }
        return { n: input.n };
      },
      { retry: { baseMs: 100, maxMs: LONGEST_BACKOFF_MS } },
    ),
  );
}
