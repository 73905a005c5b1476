/** What every job carries: about ten bytes of JSON. */
export interface Payload {
  i: number;
}

export type Enqueuer = {
  /** Enqueues all of them in one call, the way this contender does it fastest. */
  enqueueBulk(payloads: readonly Payload[]): Promise<void>;
  enqueueOne(payload: Payload): Promise<void>;
  close(): Promise<void>;
};

export type Working = {
  /** Whether nothing is left to run, and every completion has been recorded. */
  isDrained(): Promise<boolean>;
  stop(): Promise<void>;
};

/**
 * A queue under test, behind the few calls that every round is made of. Each role lives in a process of its own.
 * `url` is that of its database; for Redis, of its server.
 */
export interface Contender {
  /** The settings it runs with, for the reader of the results. */
  readonly settings: readonly string[];
  /** Makes its tables in an empty database. */
  prepare(url: string): Promise<void>;
  openEnqueuer(url: string): Promise<Enqueuer>;
  /** Starts a worker with a handler that does nothing but call `onJob`. */
  startWorker(url: string, onJob: (payload: Payload) => void): Promise<Working>;
}
