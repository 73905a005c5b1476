import { MediaError } from './errors.ts';
import type { MediaInfo } from './probe.ts';
import type { Boundary, Shot } from './shots/shot.ts';

/** When each frame is shown and when the last one ends, in ms after the container's start. */
export interface Timeline {
  /** One for each frame, never falling. */
  timestampsMs: Float64Array;
  durationMs: number;
}

/** 24 days, in ms: what 32 bits hold. A clock that runs for longer has jumped. */
const MAX_DURATION_MS = 2 ** 31 - 1;

/** A clock that falls back by more than this, in ms, and stays there was started anew. */
const RESTART_MS = 1000;

/**
 * Puts the decoded frames on a clock.
 *
 * The video ends where its stream says when it was decoded without damage. Otherwise, and where the stream does not
 * say or says nonsense, the last frame is given the usual time of a frame: a file cut short ends with what it still shows.
 *
 * @param decoded presentation time of each frame in ms after the container's start; NaN where the stream gives none
 * @throws MediaError `too_long` for more than 24 days
 */
export function layTimeline(decoded: Float64Array, damaged: boolean, info: MediaInfo): Timeline {
  const guessMs = info.frameRate === null ? 40 : 1000 / info.frameRate;
  const timestampsMs = new Float64Array(decoded.length);
  let last = -guessMs;
  let clockOffset = 0;
  for (const [i, ms] of withoutStrays(decoded).entries()) {
    if (Number.isNaN(ms)) {
      last += guessMs;
    } else {
      // Broadcasts joined end to end: players show the second after the first.
      if (ms + clockOffset < last - RESTART_MS) clockOffset = last + guessMs - ms;
      last = Math.max(last, ms + clockOffset, 0);
    }
    timestampsMs[i] = last;
  }

  const intervals = timestampsMs.slice(1).map((ms, i) => ms - (timestampsMs[i] ?? 0));
  const usualMs = intervals.sort()[intervals.length >> 1] || guessMs;
  const declaredMs = info.videoEndMs ?? 0;
  const endMs = damaged || declaredMs < last + usualMs / 2 ? last + usualMs : declaredMs;
  if (endMs > MAX_DURATION_MS) {
    const message = 'By its timestamps the video lasts for more than 24 days. Export it again.';
    throw new MediaError('too_long', message);
  }
  return { timestampsMs, durationMs: Math.round(endMs) };
}

/** Takes away each time that is out of order between two that are in order: one wrong time moves one frame only. */
function withoutStrays(decoded: Float64Array): Float64Array {
  let before = 0;
  return decoded.map((ms, i) => {
    const after = decoded[i + 1] ?? ms;
    const isStray = before <= after && (ms < before || ms > after);
    if (isStray) return Number.NaN;
    if (!Number.isNaN(ms)) before = ms;
    return ms;
  });
}

/** Turns boundaries between frames into the shots of a video, at least one, in whole ms. */
export function toShots(boundaries: readonly Boundary[], timeline: Timeline): Shot[] {
  const { timestampsMs, durationMs } = timeline;
  const timeOf = (frame: number) => Math.round(timestampsMs[frame] ?? durationMs);
  const firstMs = timeOf(0);
  const starts = [
    { startMs: firstMs, transition: 'start' as const, transitionStartMs: firstMs, transitionEndMs: firstMs },
    ...boundaries.map(({ frame, transition, from, to }) => ({
      startMs: timeOf(frame),
      transition,
      transitionStartMs: timeOf(from),
      transitionEndMs: timeOf(to),
    })),
  ];
  // Frames that share a timestamp would make a shot of no length.
  const distinct = starts.filter(({ startMs }, i) => i === 0 || startMs > (starts[i - 1]?.startMs ?? 0));
  return distinct.map((shot, i) => Object.assign(shot, { endMs: distinct[i + 1]?.startMs ?? durationMs }));
}

/** Index of the first frame whose time, rounded to ms, is at or after `ms`. */
export function frameAt(timestampsMs: ArrayLike<number>, ms: number): number {
  let low = 0;
  let high = timestampsMs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Math.round(timestampsMs[middle] ?? 0) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
