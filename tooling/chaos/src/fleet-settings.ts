/** Concurrency of the worker in each slot: few and many, so that claims of all sizes happen. */
export const SLOT_CONCURRENCY = [5, 10, 20] as const;
export const LEASE_MS = 2_000;
export const POLL_INTERVAL_MS = 200;
/** Queues that every worker serves; of the second one, only so many jobs at once in each. */
export const QUEUES = ['default', 'side'] as const;
export type QueueName = (typeof QUEUES)[number];
export const SIDE_CONCURRENCY = 4;
/** Jobs still come so long after the last fault: what is promised within a time is measured best then. In ms. */
export const CALM_MS = 4_000;
/** How soon a running handler must learn of its cancel, and a worker of a pause. In ms. */
export const NOTICE_BOUND_MS = 1_000;
/** How long a fault may be felt after its end: until the way back to the database is found, and the next look is due. In ms. */
export const AFTERMATH_MS = 3_000;
/**
 * When either side is told of a connection that leads nowhere: the server by `tcp_user_timeout`, the client once its system
 * gives up sending, which takes Linux 15 minutes by default. In ms.
 */
export const STRANDED_NOTICE = { serverMs: 5_000, clientMs: 8_000 } as const;
/** The longest a handler works, beyond the lease. */
const LONGEST_WORK_MS = 6_000;
/** The longest delay of a retry. */
export const LONGEST_BACKOFF_MS = 500;
/** How long a statement that settles may wait before its worker takes the database for gone, and how long connecting may take. */
const SETTLE_MS = 30_000;
const CONNECT_MS = 10_000;
/** Failures and snoozes that a job which completes in the end may have ahead of it. */
const MOST_RETURNS = 3;
/** What waits in the longest line of a serial key. In ms. */
const KEY_LINE_MS = 10_000;

/** What has piled up while workers and server were away, on a busy machine. In ms. */
const BACKLOG_MS = 20_000;

/**
 * How long the queue may take to empty once the faults have stopped, in ms: the lease of the last lost worker, the way
 * back to the database, what the slowest job still has to do, and those that wait for it.
 */
export const DRAIN_BOUND_MS =
  STRANDED_NOTICE.clientMs +
  LEASE_MS +
  POLL_INTERVAL_MS +
  CONNECT_MS +
  SETTLE_MS +
  LONGEST_WORK_MS +
  MOST_RETURNS * (LONGEST_BACKOFF_MS + POLL_INTERVAL_MS) +
  KEY_LINE_MS +
  BACKLOG_MS;
