import type { Sql } from '@orq/db';
import type { Ffmpeg } from '@orq/media';
import type { Queue } from '@orq/queue';
import type { ObjectStore } from '@orq/storage';
import type { Splitting } from './cut-analysis/splitting.ts';

/** What handlers may need of the process they run in. */
export interface HandlerDeps {
  sql: Sql;
  /** For jobs that others follow or wait for. */
  queue: Queue;
  storage: ObjectStore;
  ffmpeg: Ffmpeg;
  /** Which videos are analysed in parts. Default: long ones. */
  splitting?: Splitting;
}
