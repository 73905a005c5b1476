import type { ThreadConnection } from './thread-connection.ts';

/** What a heartbeat thread begins with. */
export interface HeartbeatSettings {
  connection: ThreadConnection;
  /** The SQL of one heartbeat; its only parameter is the worker's id. */
  statement: string;
  /** The time between two heartbeats, in ms. */
  everyMs: number;
  leaseMs: number;
  /** The worker's name, for people. */
  name: string;
}

/** What came of one heartbeat. Times are of `Date.now()`: that clock is the same for all threads. */
export type Beat = {
  workerId: string;
  /** Before it was sent: the lease has been renewed from then on at the earliest. */
  sentAt: number;
  postedAt: number;
} & ({ alive: boolean } | { error: string });

export type ToHeartbeatThread =
  /** Keep this worker's lease from now on, in place of any before; null: keep none. */
  | { keep: string | null }
  /** For the next connection. */
  | { password: string }
  /** All that was posted has been heard: the event loop runs. */
  | 'heard'
  | 'end';
