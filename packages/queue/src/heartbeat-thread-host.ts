/// <reference types="node" />
import { Worker } from 'node:worker_threads';
import { errorText } from './errors.ts';
import type { Beat, HeartbeatSettings, ToHeartbeatThread } from './heartbeat-messages.ts';
import type { Logger } from './logger.ts';

/** A thread that sends a worker's heartbeats, whatever the event loop does. It keeps no process alive. */
export interface HeartbeatThread {
  /** Keeps this worker's lease from now on, in place of any before; null: none. */
  keep(workerId: string | null): void;
  /** Resolves when the thread has ended and its connection is closed. */
  end(): Promise<void>;
}

export interface HeartbeatThreadOptions {
  settings: HeartbeatSettings;
  /** Gives the password where that is not among the settings. */
  password?: (() => Promise<string>) | undefined;
  log: Logger;
  onBeat(beat: Beat): void;
}

/** It needs 4 MB; with Node's own limits its garbage would be left to grow. */
const MEMORY = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2 };
/** How long the thread may take to close its connection before it is ended without. In ms. */
const FAREWELL_BOUND_MS = 1_000;

/**
 * Starts the thread. One that dies is followed by another, a lease later.
 *
 * @throws {DOMException} when the settings cannot be cloned
 */
export function startHeartbeatThread({
  settings,
  password,
  log,
  onBeat,
}: HeartbeatThreadOptions): HeartbeatThread {
  let kept: string | null = null;
  let ended = false;
  let hasDied = false;
  let heardAt = 0;
  let restart: NodeJS.Timeout | undefined;
  let thread = start();

  function start(): Worker {
    const file = new URL('./heartbeat-thread.js', import.meta.url);
    // Without the process's own arguments: a loader among them would only make the thread slow.
    const started = new Worker(file, {
      name: 'orq heartbeat',
      execArgv: [],
      workerData: settings,
      resourceLimits: MEMORY,
    });
    started.unref();
    let cause: unknown;
    started.on('message', hear);
    started.on('error', (error) => (cause = error));
    started.once('exit', () => onExit(cause));
    return started;
  }

  function post(message: ToHeartbeatThread): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
    thread.postMessage(message);
  }

  function brief(): void {
    renewPassword();
    if (kept !== null) post({ keep: kept });
  }

  function renewPassword(): void {
    password?.().then(
      (current) => post({ password: current }),
      (error: unknown) => log.warn({ error: errorText(error) }, 'no password for the heartbeat thread'),
    );
  }

  function hear(beat: Beat): void {
    const now = Date.now();
    const blockedMs = now - Math.max(beat.postedAt, heardAt);
    heardAt = now;
    if (blockedMs > settings.leaseMs) {
      log.warn(
        { blocked_ms: blockedMs },
        `the event loop was blocked for ${blockedMs} ms; heartbeats went on, and jobs stayed its own`,
      );
    }
    post('heard');
    if ('error' in beat) renewPassword();
    else if (hasDied) {
      hasDied = false;
      log.info({}, 'the heartbeat thread runs again');
    }
    onBeat(beat);
  }

  function onExit(cause: unknown): void {
    if (ended) return;
    if (!hasDied) {
      log.warn(
        { error: errorText(cause ?? 'it ended by itself') },
        'the heartbeat thread has died: until another runs, a blocked event loop can cost the lease',
      );
    }
    hasDied = true;
    restart = setTimeout(() => {
      thread = start();
      brief();
    }, settings.leaseMs);
    restart.unref();
  }

  renewPassword();

  return {
    keep(workerId) {
      kept = workerId;
      post({ keep: workerId });
    },
    async end() {
      ended = true;
      clearTimeout(restart);
      if (thread.threadId === -1) return;
      // A process that has nothing left but to wait for this must not end before.
      thread.ref();
      const exited = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
      post('end');
      const timer = setTimeout(() => void thread.terminate(), FAREWELL_BOUND_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}
