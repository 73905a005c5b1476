import type { Sql } from '@orq/db';
import {
  type FeedChange,
  type FeedFilter,
  type FeedGlance,
  type FeedLook,
  lookAtFeed,
} from '../sql/feed-look.ts';
import { feedPositionText } from './feed-position.ts';

/** How often jobs are looked at. In ms. */
const LOOK_EVERY_MS = 1_000;

/** The looks of all who follow the feed in one process. */
export interface FeedLooks {
  /**
   * The next look, within a second. All who wait for it look in one snapshot, and those who are at the same position by one
   * statement. So from then on all of them are at the same.
   *
   * @throws the signal's reason, once it is aborted; what the database throws
   */
  next(glance: FeedGlance, signal: AbortSignal): Promise<FeedLook>;
}

interface Waiting {
  glance: FeedGlance;
  resolve(look: FeedLook): void;
  reject(error: unknown): void;
}

export function createFeedLooks(sql: Sql): FeedLooks {
  let waiting = new Set<Waiting>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function look(): Promise<void> {
    const all = [...waiting];
    waiting = new Set();
    timer = undefined;
    try {
      const looks = await lookTogether(
        sql,
        all.map(({ glance }) => glance),
      );
      all.forEach(({ resolve }, index) => resolve(looks[index] as FeedLook));
    } catch (error) {
      for (const { reject } of all) reject(error);
    }
  }

  function leave(one: Waiting): void {
    waiting.delete(one);
    if (waiting.size > 0) return;
    clearTimeout(timer);
    timer = undefined;
  }

  return {
    async next(glance, signal) {
      signal.throwIfAborted();
      let end = () => {};
      const looked = new Promise<FeedLook>((resolve, reject) => {
        const one = { glance, resolve, reject };
        end = () => {
          leave(one);
          reject(signal.reason);
        };
        waiting.add(one);
      });
      signal.addEventListener('abort', end, { once: true });
      timer ??= setTimeout(() => void look(), LOOK_EVERY_MS);
      return looked.finally(() => signal.removeEventListener('abort', end));
    },
  };
}

const fits = ({ queue, job_type }: FeedChange, filter: FeedFilter) =>
  (filter.queue ?? queue) === queue &&
  (filter.type ?? job_type) === job_type &&
  (filter.queues?.includes(queue) ?? true);

/** @returns in the order of the glances, to each what fits its filter */
async function lookTogether(sql: Sql, glances: readonly FeedGlance[]): Promise<FeedLook[]> {
  const groups = new Map<string, FeedGlance[]>();
  const places = glances.map((glance) => {
    const place = feedPositionText(glance.position);
    const group = groups.get(place);
    if (group) group.push(glance);
    else groups.set(place, [glance]);
    return place;
  });
  const looks = await lookAtFeed(sql, [...groups.values()].map(merged));
  const lookAt = new Map([...groups.keys()].map((place, index) => [place, looks[index] as FeedLook]));
  return glances.map(({ filter }, index) => {
    const look = lookAt.get(places[index] ?? '') as FeedLook;
    return { ...look, changes: look.changes.filter((change) => fits(change, filter)) };
  });
}

/** One glance for those from the same position: filtered by the database where all want the same. */
function merged(group: readonly FeedGlance[]): FeedGlance {
  const [first, ...others] = group as [FeedGlance, ...FeedGlance[]];
  const wanted = JSON.stringify(first.filter);
  const isSame = others.every(({ filter }) => JSON.stringify(filter) === wanted);
  // Those that have looked together hold the same list.
  const held = [...new Set(group.map((one) => one.held))];
  return {
    position: first.position,
    held: held.length === 1 ? first.held : [...new Set(held.flat())],
    filter: isSame ? first.filter : {},
  };
}
