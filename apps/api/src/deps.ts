import type { ProcessResult } from '@orq/contracts';
import type { Database, Sql } from '@orq/db';
import type { Logger, Queue } from '@orq/queue';
import type { ObjectStore } from '@orq/storage';
import type { BodyLimits } from './upload/request-body.ts';

/** All that the api needs of the world around it. Every runtime's entry brings its own. */
export interface AppDeps {
  /** For transactions; drizzle must not share it. */
  sql: Sql;
  /** For reads. */
  db: Database;
  queue: Queue;
  storage: ObjectStore;
  limits: BodyLimits;
  log: Logger;
  /** What has to work for this process to be ready, by name. Each rejects with the reason when it does not. */
  checks: Record<string, () => Promise<unknown>>;
  /** Takes one job from the queue and runs it. Without it `POST /jobs/process` is not there. */
  processOne?: () => Promise<ProcessResult>;
}
