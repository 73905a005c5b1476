import type { JobContract, ProcessResult } from '@orq/contracts';
import type { Database, Sql } from '@orq/db';
import type { Logger, Queue } from '@orq/queue';
import type { ObjectStore } from '@orq/storage';
import type { Context } from 'hono';
import type { BodyLimits } from './request/body.ts';

/** Who may call while there is no api key, and has never been one. */
export type OpenTo =
  | 'nobody'
  /** Whoever reaches it by a name of this machine, for an api that listens on loopback alone. */
  | 'loopback'
  | 'everyone';

/** All that the api needs of the world around it. Every runtime's entry brings its own. */
export interface AppDeps {
  /** For transactions; drizzle must not share it. */
  sql: Sql;
  /** For reads. */
  db: Database;
  queue: Queue;
  /** The job types whose input is held against its contract when it is enqueued; of others, any JSON is taken. */
  contracts: readonly JobContract[];
  storage: ObjectStore;
  limits: BodyLimits;
  /** Who may call while there is no api key. Where there is one, or has been one, each call needs one. */
  openTo: OpenTo;
  /** Calls a minute, 0 for any number. Default: any number. */
  rateLimits?: { perKey: number; perAddress: number };
  /** Where a call comes from; all of those that it does not know share one limit. */
  remoteAddress?: (c: Context) => string | undefined;
  /** Whose web pages may call the api, such as `https://app.example.com`. Default: those of its own origin. */
  corsOrigins?: readonly string[];
  log: Logger;
  /** Streams of events that may be open at once. Default 1,000. */
  maxStreams?: number;
  /** Aborted when the process is about to end: streams end then, and their clients go elsewhere. */
  stopping?: AbortSignal;
  /** Answers requests of tus 1.0.0 at /uploads/tus. Without it there are no resumable uploads. */
  tus?: (request: Request) => Promise<Response>;
  /** What has to work for this process to be ready, by name. Each rejects with the reason when it does not. */
  checks: Record<string, () => Promise<unknown>>;
  /** Takes one job from the queue and runs it. Without it `POST /jobs/process` is not there. */
  processOne?: () => Promise<ProcessResult>;
}
