import type { FaultKind } from '../fault-plan.ts';
import type { Script } from '../jobs.ts';
import type { Cancel } from '../processes/messages.ts';
import type { RunNote } from '../processes/run-notes.ts';

/** A job as it stands at the end. Times of all evidence are in ms since 1970, of one machine. */
export interface JobRow {
  id: string;
  script: Script;
  queue: string;
  state: string;
  /** Attempts that have ended and count. */
  attempt: number;
  maxAttempts: number;
}

/** An attempt that did not complete, as the queue notes it. */
export interface AttemptRow {
  jobId: string;
  attempt: number;
  outcome: 'failed' | 'lost' | 'cancelled';
  error: string;
  /** When the queue noted it; of the server's clock. */
  finishedAt: number;
}

export interface EffectRow {
  runId: string;
  jobId: string;
  attempt: number;
  /** Whether the second statement of its transaction is there too. */
  whole: boolean;
}

export interface ProcessLife {
  name: string;
  slot: number;
  /** When it was sent SIGTERM or SIGKILL. */
  toldToEndAt: number | null;
  endedAt: number | null;
  /** How it ended. */
  exit: string | null;
}

export interface InjectedFault {
  kind: FaultKind;
  slot: number | null;
  /** The queue that was to be paused; null for all other faults. */
  queue: string | null;
  from: number;
  to: number;
}

/** From the answer to the pause until the resume was asked for. */
export interface QueuePause {
  queue: string;
  from: number;
  to: number;
}

/** A job that exists for certain: its transaction was committed, or its enqueue was acknowledged. */
export interface KnownJob {
  id: string;
  n: number;
}

/** All that a run has left, read when it had drained, or had not within its bound. */
export interface Evidence {
  jobs: JobRow[];
  attempts: AttemptRow[];
  runs: RunNote[];
  effects: EffectRow[];
  /** From the ledger: committed with their transaction. */
  committed: KnownJob[];
  acknowledged: KnownJob[];
  /** Numbers of jobs whose enqueue was not answered: they may exist or not. */
  unknown: number[];
  cancels: Cancel[];
  /** Rows of `ready`, `claims`, `key_slots` and `parked`, and names in `workers`. */
  ready: number;
  claims: number;
  slots: number;
  parked: number;
  workers: string[];
  lives: ProcessLife[];
  faults: InjectedFault[];
  pauses: QueuePause[];
  /** How long it took from the last fault's end until nothing was left to do; null where that was not reached. In ms. */
  drainedMs: number | null;
}
