import type { Sql } from '@orq/db';
import { backoffMs } from './backoff.ts';
import { errorText, isTransient } from './errors.ts';
import type { Logger } from './logger.ts';
import { insertJobLogs, type JobLogDraft } from './sql/logs.ts';
import { sleep } from './sleep.ts';
import { endsWithin, within } from './within.ts';

/** A line that waits to be written. */
interface UnwrittenLine extends JobLogDraft {
  /** The worker's own logger, for what cannot be kept. */
  log: Logger;
  /** Called once it has been written, or never will be. */
  onDone(): void;
}

/** Writes the lines of many jobs: one that comes alone goes at once, those that come meanwhile go together. */
export interface JobLogWriter {
  add(line: UnwrittenLine): void;
  /** Waits until all lines are written, at most `ms`; those that are not by then are dropped. Never throws. */
  flush(ms: number): Promise<void>;
}

/** Lines, and characters of them, that wait while the database is slow or gone. The oldest make room for new ones. */
const MOST_WAITING = 5_000;
const MOST_WAITING_CHARS = 16_000_000;
/** What goes in one statement at most. */
const LINES_AT_ONCE = 500;
const CHARS_AT_ONCE = 1_000_000;
/** How long a statement may take before the database counts as gone. In ms. */
const WRITE_BOUND_MS = 10_000;
const RECONNECT = { baseMs: 100, maxMs: 5_000 };

const sizeOf = ({ message, fields }: UnwrittenLine) => message.length + (fields?.length ?? 0);

export function createJobLogWriter(sql: Sql): JobLogWriter {
  const waiting: UnwrittenLine[] = [];
  let waitingChars = 0;
  let writing: Promise<void> | undefined;
  let givenUp = new AbortController();
  let dropped = 0;

  function take(): UnwrittenLine | undefined {
    const line = waiting.shift();
    if (line) waitingChars -= sizeOf(line);
    return line;
  }

  function drop(line: UnwrittenLine) {
    dropped += 1;
    line.onDone();
  }

  function takeBatch(): UnwrittenLine[] {
    const batch: UnwrittenLine[] = [];
    for (let chars = 0; batch.length < LINES_AT_ONCE && chars < CHARS_AT_ONCE;) {
      const line = take();
      if (!line) break;
      chars += sizeOf(line);
      batch.push(line);
    }
    return batch;
  }

  async function write(): Promise<void> {
    // What is logged within the same turn of the event loop's microtasks goes together.
    await Promise.resolve();
    for (let batch = takeBatch(); batch.length > 0; batch = takeBatch()) {
      await send(batch);
      const last = batch.at(-1);
      if (dropped > 0 && last) {
        last.log.warn({ lines: dropped }, 'lines of job logs could not be kept, and were dropped');
        dropped = 0;
      }
    }
    writing = undefined;
  }

  async function send(batch: readonly UnwrittenLine[]): Promise<void> {
    const { signal } = givenUp;
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        await within(WRITE_BOUND_MS, insertJobLogs(sql, batch));
        for (const line of batch) line.onDone();
        return;
      } catch (error) {
        if (isTransient(error)) await sleep(backoffMs(failures, RECONNECT), signal);
        else return refused(batch, error);
      }
    }
    batch.forEach(drop);
  }

  /** One line that the database refuses must not take the others with it. */
  async function refused(batch: readonly UnwrittenLine[], error: unknown): Promise<void> {
    const [line] = batch;
    if (batch.length > 1) for (const one of batch) await send([one]);
    else if (line) {
      line.log.warn({ job_id: line.jobId, error: errorText(error) }, 'a line of a job log was refused');
      drop(line);
    }
  }

  return {
    add(line) {
      waiting.push(line);
      waitingChars += sizeOf(line);
      while (waiting.length > MOST_WAITING || waitingChars > MOST_WAITING_CHARS) {
        const oldest = take();
        if (oldest) drop(oldest);
      }
      writing ??= write();
    },
    async flush(ms) {
      if (!writing || (await endsWithin(ms, writing))) return;
      for (let line = take(); line; line = take()) drop(line);
      givenUp.abort();
      givenUp = new AbortController();
    },
  };
}
