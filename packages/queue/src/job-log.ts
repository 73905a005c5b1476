import type { JobLogWriter } from './job-log-writer.ts';
import { fieldsText, messageText } from './log-text.ts';
import type { Logger } from './logger.ts';
import type { ClaimedJob } from './sql/claim.ts';
import type { JobLogLevel } from './sql/logs.ts';

/** Lines of one attempt that are kept, at most. */
const MOST_LINES = 1_000;

/** What one attempt logs: it goes to the process's logger, and from level info up it is kept with the job as well. */
export class JobLog {
  readonly log: Logger;
  readonly #job: ClaimedJob;
  readonly #workerLog: Logger;
  readonly #writer: JobLogWriter;
  #lines = 0;
  #unwritten = 0;
  #ended = false;
  #onWritten: (() => void) | undefined;

  constructor(job: ClaimedJob, writer: JobLogWriter, workerLog: Logger) {
    const { id, type, attempt } = job;
    this.#job = job;
    this.#workerLog = workerLog;
    this.#writer = writer;
    this.log = this.#keeping(workerLog.child({ job_id: id, job_type: type, attempt }), {});
  }

  /** Nothing more is kept: whether it came in time would be a matter of luck. */
  end(): void {
    this.#ended = true;
  }

  /** Settles when all lines are written or given up; undefined where they are already. */
  get unwritten(): Promise<void> | undefined {
    return this.#unwritten === 0 ? undefined : new Promise((resolve) => (this.#onWritten = resolve));
  }

  #keeping(to: Logger, bound: object): Logger {
    const level = (name: JobLogLevel) => (bindings: object, message: string) => {
      to[name](bindings, message);
      this.#keep(name, message, bound, bindings);
    };
    return {
      debug: (bindings, message) => to.debug(bindings, message),
      info: level('info'),
      warn: level('warn'),
      error: level('error'),
      child: (bindings) => this.#keeping(to.child(bindings), { ...bound, ...bindings }),
    };
  }

  #keep(level: JobLogLevel, message: string, bound: object, bindings: object): void {
    if (this.#ended || this.#lines > MOST_LINES) return;
    this.#lines += 1;
    if (this.#lines <= MOST_LINES) this.#write(level, message, fieldsText(bound, bindings));
    else this.#write('warn', `Only the first ${MOST_LINES} lines of an attempt are kept`, null);
  }

  #write(level: JobLogLevel, message: string, fields: string | null): void {
    this.#unwritten += 1;
    this.#writer.add({
      jobId: this.#job.id,
      attempt: this.#job.attempt,
      level,
      message: messageText(message),
      fields,
      loggedAt: performance.now(),
      log: this.#workerLog,
      onDone: () => {
        this.#unwritten -= 1;
        if (this.#unwritten === 0) this.#onWritten?.();
      },
    });
  }
}
