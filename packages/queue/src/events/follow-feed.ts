import type { Sql } from '@orq/db';
import { silent } from '../logger.ts';
import {
  type FeedChange,
  type FeedFilter,
  type FeedGlance,
  feedHere,
  type FeedLook,
  isOfThisDatabase,
  lookAtFeed,
} from '../sql/feed-look.ts';
import { untilDatabaseAnswers } from '../until-database-answers.ts';
import { createFeedLooks } from './feed-looks.ts';
import { type FeedPosition, feedPositionAfter, feedPositionAt, feedPositionText } from './feed-position.ts';

/** What befalls all jobs. `id` is where a stream goes on after it. */
export type FeedNews = { id: string } & (
  | { kind: 'change'; change: FeedChange }
  /** More has happened than the feed can tell: what others look at is to be read anew. */
  | { kind: 'gap' }
  /** Nothing has: the feed begins here. */
  | { kind: 'here' }
);

interface FollowFeedOptions extends FeedFilter {
  /** Undefined: from now on. */
  after: FeedPosition | undefined;
  signal: AbortSignal;
}

async function here(sql: Sql): Promise<FeedPosition> {
  const { since, newest } = await feedHere(sql);
  return feedPositionAt(since, newest);
}

/** Follows the feed; all who follow it by one follower look together. */
export interface FeedFollower {
  /** @returns null where the position is none of this database */
  follow(options: FollowFeedOptions): Promise<AsyncGenerator<FeedNews, void, undefined> | null>;
}

export function createFeedFollower(sql: Sql): FeedFollower {
  const looks = createFeedLooks(sql);

  async function* news(
    first: FeedPosition,
    { after, signal, ...filter }: FollowFeedOptions,
  ): AsyncGenerator<FeedNews, void, undefined> {
    let glance: FeedGlance = { position: first, held: [], filter };
    const alone = async () => (await lookAtFeed(sql, [glance]))[0] as FeedLook;
    const together = () => looks.next(glance, signal);
    if (!after) yield { kind: 'here', id: feedPositionText(first) };
    // Who was cut off does not wait to be told what has happened meanwhile.
    for (let how = after ? alone : together; ; how = together) {
      const look = await untilDatabaseAnswers(how, silent, signal);
      let { position } = glance;
      if (look.gap) {
        position = { zones: position.zones, newest: look.newest };
        yield { kind: 'gap', id: feedPositionText(position) };
      }
      for (const change of look.changes) {
        position = feedPositionAfter(position, look.since, change.job_id);
        yield { kind: 'change', id: feedPositionText(position), change };
      }
      glance = { position: feedPositionAt(look.since, look.newest), held: look.held, filter };
    }
  }

  return {
    async follow(options) {
      const { after } = options;
      if (after && !(await isOfThisDatabase(sql, after))) return null;
      return news(after ?? (await here(sql)), options);
    },
  };
}
