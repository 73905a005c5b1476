import type { Sql } from '@orq/db';
import { z } from 'zod';
import { QueueName } from './enqueue-options.ts';
import type { Handler } from './handler.ts';
import type { Logger } from './logger.ts';

export interface WorkerOptions {
  /** A postgres.js client; give the queue one that drizzle does not share. */
  sql: Sql;
  handlers: readonly Handler[];
  /** Jobs that run at once. Default 10. */
  concurrency?: number;
  /**
   * Queues to work, first come first served among them; `concurrency` bounds how many of a queue's jobs run at once here.
   * Default `['default']`.
   */
  queues?: readonly (string | { name: string; concurrency: number })[];
  /** The longest wait before the queue is looked at again without a ring, in ms. Default 2,000. */
  pollIntervalMs?: number;
  /** Without a heartbeat for this long the worker counts as dead and its jobs run elsewhere. In ms, default 30,000. */
  leaseMs?: number;
  /** Listens to no NOTIFY, as transaction poolers want it: new jobs are found by polling alone. Default false. */
  pollOnly?: boolean;
  log?: Logger;
  /** For people: where this worker runs. Default `worker`. */
  name?: string;
  /** The deployed version, for people. Default `0`. */
  version?: string;
}

const DAY_MS = 86_400_000;

const Concurrency = z.int().min(1).max(10_000);

/** The bounds of what is only a number or a name. Timers take no more than 24 days; a day is plenty. */
export const WorkerSettings = z.object({
  concurrency: Concurrency.default(10),
  queues: z
    .array(z.union([QueueName, z.strictObject({ name: QueueName, concurrency: Concurrency })]))
    .min(1)
    .default(['default']),
  pollIntervalMs: z.number().min(1).max(DAY_MS).default(2_000),
  leaseMs: z.int().min(100).max(DAY_MS).default(30_000),
  pollOnly: z.boolean().default(false),
  name: z.string().default('worker'),
  version: z.string().default('0'),
});
