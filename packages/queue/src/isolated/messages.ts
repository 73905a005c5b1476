/// <reference types="node" />
import type { MessagePort } from 'node:worker_threads';
import type { JobInfo } from '../handler.ts';

/** What a thread begins with. */
export interface ThreadSettings {
  /** A `file:` URL: its default export is the handler's work. */
  moduleUrl: string;
  job: JobInfo;
  input: unknown;
  /** A port of its own: what the module or its libraries post to `parentPort` is none of ours. */
  port: MessagePort;
}

/** The errors whose meaning outlives the way from one thread to another, by their names. */
export type Meaning = 'PermanentError' | 'SnoozeError' | 'RetryAtError';

/** Something that was thrown, in words: what classes it had does not pass from thread to thread. */
export interface Thrown {
  meaning?: Meaning | undefined;
  name: string;
  message: string;
  stack?: string | undefined;
  /** Such as `ECONNREFUSED`. */
  code?: string | undefined;
  /** What a SnoozeError or a RetryAtError says of when. */
  when?: unknown;
  cause?: Thrown | undefined;
}

export type FromThread =
  | { progress: number }
  | { level: 'debug' | 'info' | 'warn' | 'error'; bindings: object; message: string }
  | { output: unknown }
  | { thrown: Thrown };

/** The signal is aborted, for this reason. */
export interface ToThread {
  abort: { name: string; message: string };
}
