import type { Sql } from '@orq/db';
import { silent } from '../logger.ts';
import { sleep } from '../sleep.ts';
import {
  type FeedChange,
  feedHere,
  type FeedFilter,
  isOfThisDatabase,
  lookAtFeed,
} from '../sql/feed-look.ts';
import { untilDatabaseAnswers } from '../until-database-answers.ts';
import { type FeedPosition, feedPositionAfter, feedPositionAt, feedPositionText } from './feed-position.ts';

/** What befalls all jobs. `id` is where a stream goes on after it. */
export type FeedNews = { id: string } & (
  | { kind: 'change'; change: FeedChange }
  /** More has happened than the feed can tell: what others look at is to be read anew. */
  | { kind: 'gap' }
  /** Nothing has: the feed begins here. */
  | { kind: 'here' }
);

export interface FollowFeedOptions extends FeedFilter {
  /** Undefined: from now on. */
  after: FeedPosition | undefined;
  signal: AbortSignal;
}

/** How often jobs are looked at. In ms. */
const LOOK_EVERY_MS = 1_000;

async function here(sql: Sql): Promise<FeedPosition> {
  const { since, newest } = await feedHere(sql);
  return feedPositionAt(since, newest);
}

/** @returns null where the position is none of this database */
export async function followFeed(
  sql: Sql,
  { after, signal, ...filter }: FollowFeedOptions,
): Promise<AsyncGenerator<FeedNews, void, undefined> | null> {
  if (after && !(await isOfThisDatabase(sql, after))) return null;

  const first: FeedPosition = after ?? (await here(sql));

  async function* news(): AsyncGenerator<FeedNews, void, undefined> {
    let position: FeedPosition = first;
    let held: readonly string[] = [];
    if (!after) yield { kind: 'here', id: feedPositionText(position) };
    for (;;) {
      const look = await untilDatabaseAnswers(() => lookAtFeed(sql, position, held, filter), silent, signal);
      if (look.gap) {
        position = { zones: position.zones, newest: look.newest };
        yield { kind: 'gap', id: feedPositionText(position) };
      }
      for (const change of look.changes) {
        position = feedPositionAfter(position, look.since, change.job_id);
        yield { kind: 'change', id: feedPositionText(position), change };
      }
      position = feedPositionAt(look.since, look.newest);
      held = look.held;
      await sleep(LOOK_EVERY_MS, signal);
      signal.throwIfAborted();
    }
  }
  return news();
}
