import { z } from 'zod';

/** Jobs whose ids are up to `upTo`, and in no zone before: what was told of them is what this snapshot of the database shows. */
interface Zone {
  /** Null: all that are left. */
  upTo: string | null;
  /** As PostgreSQL writes a `pg_snapshot`. */
  since: string;
}

/** What has been told of all jobs. */
export interface FeedPosition {
  /** By rising ids; the last has no end. More than one where a stream broke off amid what one look had found. */
  zones: readonly Zone[];
  /** The newest job at the last look; empty where there was none. */
  newest: string;
}

/** A stream that breaks off amid a look as often as this, one after the other, may be told something again. */
const MOST_ZONES = 4;

const Uuid = z.uuid();
const SNAPSHOT = /^\d{1,19}:\d{1,19}:(\d{1,19}(,\d{1,19})*)?$/;

/** All is told that a snapshot shows. */
export const feedPositionAt = (since: string, newest: string): FeedPosition => ({
  zones: [{ upTo: null, since }],
  newest,
});

/** Where it stands once all jobs up to one are told of as a snapshot shows them. */
export function feedPositionAfter(
  { zones, newest }: FeedPosition,
  since: string,
  jobId: string,
): FeedPosition {
  const left = zones.filter(({ upTo }) => upTo === null || upTo > jobId);
  return { zones: [{ upTo: jobId, since }, ...left].slice(-MOST_ZONES), newest };
}

export const feedPositionText = ({ zones, newest }: FeedPosition): string =>
  [newest, ...zones.map(({ upTo, since }) => (upTo === null ? since : `${upTo}@${since}`))].join('|');

/** @returns null for what is no position */
export function readFeedPosition(text: string): FeedPosition | null {
  const [newest = '', ...parts] = text.split('|');
  const zones = parts.map((part, index): Zone | null => {
    const at = part.indexOf('@');
    const [upTo, since] = at === -1 ? [null, part] : [part.slice(0, at), part.slice(at + 1)];
    const isLast = index === parts.length - 1;
    const isOne = SNAPSHOT.test(since) && (upTo === null ? isLast : !isLast && Uuid.safeParse(upTo).success);
    return isOne ? { upTo, since } : null;
  });
  const sound = zones.filter((zone) => zone !== null);
  const isWhole = sound.length === zones.length && sound.length > 0 && sound.length <= MOST_ZONES;
  return isWhole && (newest === '' || Uuid.safeParse(newest).success) ? { zones: sound, newest } : null;
}
