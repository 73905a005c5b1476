import type { Sql } from '@orq/db';
import type { Ffmpeg } from '@orq/media';
import type { ObjectStore } from '@orq/storage';

/** What handlers may need of the process they run in. */
export interface HandlerDeps {
  sql: Sql;
  storage: ObjectStore;
  ffmpeg: Ffmpeg;
}
