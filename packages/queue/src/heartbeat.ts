import type { Sql } from '@orq/db';
import { errorText } from './errors.ts';
import type { Beat } from './heartbeat-messages.ts';
import type { HeartbeatThread, startHeartbeatThread } from './heartbeat-thread-host.ts';
import type { Logger } from './logger.ts';
import { HEARTBEAT, sendHeartbeat } from './sql/workers.ts';
import { threadAccess } from './thread-connection.ts';
import { within } from './within.ts';

/** Heartbeats within one lease; two may be lost before a worker is taken for dead. */
const HEARTBEATS_PER_LEASE = 3;
/** The event loop sends one itself when the thread's is late by half of the time between two. */
const LATE = 1.5;

/** Keeps a worker's lease: from a thread of its own where there is one, else, and whenever that fails, from here. */
export interface Heartbeat {
  /** Loads what a thread needs. Never throws: without it, heartbeats go from here. */
  prepare(): Promise<void>;
  /**
   * Keeps this worker's lease from now on, in place of any before.
   *
   * @param renewedAt when its lease was renewed at the earliest, of `Date.now()`
   */
  keep(workerId: string, renewedAt: number): void;
  /** Whether the lease has run out, for all that is known here, or was left to: this process was stopped, or asleep. */
  isOverdue(): boolean;
  /** Sends one from here, if the lease is overdue. Never throws. */
  ensure(): Promise<void>;
  /** Lets the lease run out, until `ensure` has an answer. */
  rest(): void;
  /** Resolves when no more will be sent, and what sent them is gone. */
  end(): Promise<void>;
}

export interface HeartbeatDeps {
  sql: Sql;
  /** The worker's name, for people. */
  name: string;
  leaseMs: number;
  log: Logger;
  /** Called after each heartbeat with whether the database answered. */
  onHeartbeat(answered: boolean): void;
  /** Called when the worker was taken for dead. */
  onDead(workerId: string): void;
}

export function createHeartbeat({ sql, name, leaseMs, log, onHeartbeat, onDead }: HeartbeatDeps): Heartbeat {
  const everyMs = Math.floor(leaseMs / HEARTBEATS_PER_LEASE);
  let kept: string | undefined;
  let renewedAt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let preparing: Promise<void> | undefined;
  let startThread: typeof startHeartbeatThread | undefined;
  let thread: HeartbeatThread | undefined;
  let ended = false;
  let resting = false;
  let ensuring: Promise<unknown> | undefined;
  /** The thread cannot do it, and that has been said. */
  let standsIn = false;

  function beatIn(ms: number): void {
    clearTimeout(timer);
    if (!ended && !resting && kept !== undefined) timer = setTimeout(() => void beat(), ms);
  }

  const isOverdue = (): boolean => resting || Date.now() - renewedAt > leaseMs;

  function answered(workerId: string, alive: boolean, sentAt: number): void {
    onHeartbeat(true);
    if (ended || workerId !== kept) return;
    if (alive) {
      renewedAt = Math.max(renewedAt, sentAt);
      if (resting) resume(workerId);
      return;
    }
    kept = undefined;
    clearTimeout(timer);
    onDead(workerId);
  }

  function resume(workerId: string): void {
    resting = false;
    beatIn(everyMs);
    thread?.keep(workerId);
  }

  /** @returns whether the database answered */
  async function beat(): Promise<boolean> {
    if (kept === undefined) return false;
    // An answer that does not come must not hold up the next heartbeat.
    beatIn(everyMs);
    const [workerId, sentAt] = [kept, Date.now()];
    try {
      answered(workerId, await within(everyMs, sendHeartbeat(sql, workerId)), sentAt);
      return true;
    } catch (error) {
      onHeartbeat(false);
      log.warn({ error: errorText(error) }, 'heartbeat failed');
      return false;
    }
  }

  async function onBeat(fromThread: Beat): Promise<void> {
    if (resting || fromThread.workerId !== kept) return;
    if ('alive' in fromThread) {
      standsIn = false;
      beatIn(everyMs * LATE);
      answered(kept, fromThread.alive, fromThread.sentAt);
    } else if ((await beat()) && !standsIn) {
      standsIn = true;
      log.warn({ error: fromThread.error }, 'the heartbeat thread had no answer; the event loop had one');
    }
  }

  function warnOfNoThread(error: unknown): void {
    startThread = undefined;
    log.warn(
      { error: errorText(error) },
      'heartbeats have no thread of their own here: an event loop that is blocked for a lease will cost it',
    );
  }

  async function load(): Promise<void> {
    try {
      ({ startHeartbeatThread: startThread } = await import('./heartbeat-thread-host.ts'));
    } catch (error) {
      warnOfNoThread(error);
    }
  }

  function beginThread(): void {
    if (!startThread || thread) return;
    try {
      const { connection, password } = threadAccess(sql);
      const settings = { connection, statement: HEARTBEAT, everyMs, leaseMs, name };
      thread = startThread({ settings, password, log, onBeat: (fromThread) => void onBeat(fromThread) });
    } catch (error) {
      warnOfNoThread(error);
    }
  }

  return {
    prepare: () => (preparing ??= load()),
    keep(workerId, since) {
      kept = workerId;
      resting = false;
      renewedAt = since;
      beatIn(everyMs);
      beginThread();
      thread?.keep(workerId);
    },
    isOverdue,
    async ensure() {
      if (isOverdue()) await (ensuring ??= beat().finally(() => (ensuring = undefined)));
    },
    rest() {
      if (resting) return;
      resting = true;
      clearTimeout(timer);
      thread?.keep(null);
    },
    async end() {
      ended = true;
      clearTimeout(timer);
      await thread?.end();
    },
  };
}
