import type { Sql } from '@orq/db';
import { type Logger, untilDatabaseAnswers } from '@orq/queue';

/** A run as its handler notes it. Times are of its process's clock, in ms since 1970. */
export interface RunNote {
  id: string;
  jobId: string;
  attempt: number;
  process: string;
  startedAt: number;
  /** Null where it was cut short. */
  endedAt: number | null;
  /** When its signal was aborted; null where it was not, or where the run was cut short. */
  abortedAt: number | null;
  /** Whether it ended in a snooze. */
  snoozed: boolean;
  /** What it asked for: the next run no earlier. Null where it asked for nothing. */
  notBefore: number | null;
}

/** Writes into the ledger what handlers do, by a way of its own to the database. */
export interface RunNotes {
  /**
   * Resolves when the beginning is written down for certain.
   *
   * @returns how many runs of the job have ended in a snooze
   * @throws once the signal is aborted, and the database does not answer
   */
  began(note: RunNote, signal: AbortSignal): Promise<number>;
  /** Its end is written as soon as the database answers: nobody waits for it. */
  ended(note: RunNote): void;
  /** Resolves when all ends are written, or have not been within `ms`. */
  written(ms: number): Promise<void>;
}

export function createRunNotes(sql: Sql, log: Logger): RunNotes {
  const pending = new Set<Promise<unknown>>();
  return {
    async began({ id, jobId, attempt, process, startedAt }, signal) {
      const write = () => sql<{ snoozes: number }[]>`
        WITH noted AS (
          INSERT INTO chaos.runs (id, job_id, attempt, process, started_at)
          VALUES (${id}, ${jobId}, ${attempt}, ${process}, ${startedAt})
          ON CONFLICT DO NOTHING
        )
        SELECT count(*)::int AS snoozes FROM chaos.runs WHERE job_id = ${jobId} AND snoozed`;
      const [row] = await untilDatabaseAnswers(write, log, signal);
      return row?.snoozes ?? 0;
    },
    ended({ id, jobId, attempt, process, startedAt, endedAt, abortedAt, snoozed, notBefore }) {
      const write = () => sql`
        INSERT INTO chaos.runs (id, job_id, attempt, process, started_at, ended_at, aborted_at, snoozed, not_before)
        VALUES (${id}, ${jobId}, ${attempt}, ${process}, ${startedAt}, ${endedAt}, ${abortedAt}, ${snoozed}, ${notBefore})
        ON CONFLICT (id) DO UPDATE SET ended_at = EXCLUDED.ended_at, aborted_at = EXCLUDED.aborted_at,
          snoozed = EXCLUDED.snoozed, not_before = EXCLUDED.not_before`;
      const writing: Promise<unknown> = untilDatabaseAnswers(write, log)
        .catch((error: unknown) => log.error({ error }, 'the end of a run is not in the ledger'))
        .finally(() => pending.delete(writing));
      pending.add(writing);
    },
    async written(ms) {
      const late = new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
      await Promise.race([Promise.all(pending), late]);
    },
  };
}
