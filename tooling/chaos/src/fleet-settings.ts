/** Concurrency of the worker in each slot: few and many, so that claims of all sizes happen. */
export const SLOT_CONCURRENCY = [5, 10, 20] as const;
export const LEASE_MS = 2_000;
export const POLL_INTERVAL_MS = 200;
/** The longest a handler works, beyond the lease. */
const LONGEST_WORK_MS = 3_000;
/** The longest delay of a retry. */
export const LONGEST_BACKOFF_MS = 500;
/** The longest that postgres.js lets a query wait before it connects again, by itself, and how long that may take. */
const RECONNECT_MS = 20_000;
const CONNECT_MS = 10_000;
/** Failures that a job which completes in the end may have ahead of it. */
const MOST_FAILURES = 3;

/**
 * How long the queue may take to empty once the faults have stopped, in ms: the lease of the last lost worker, the way
 * back to the database, and what the slowest job still has to do.
 */
export const DRAIN_BOUND_MS =
  LEASE_MS +
  POLL_INTERVAL_MS +
  CONNECT_MS +
  RECONNECT_MS +
  LONGEST_WORK_MS +
  MOST_FAILURES * (LONGEST_BACKOFF_MS + POLL_INTERVAL_MS);
