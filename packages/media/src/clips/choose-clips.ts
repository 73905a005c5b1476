import type { Shot } from '../shots/shot.ts';
import { frameAt } from '../timeline.ts';
import { posterMs } from './poster.ts';
import { scoreStretch, type FrameScores, type ScoreParts } from './frame-scores.ts';

/** A stretch of a video worth showing. It starts on a shot's start and overlaps no other clip. */
export interface Clip {
  startMs: number;
  endMs: number;
  /** When the frame is shown that stands best for it. */
  posterMs: number;
  /** 0 to 1: the weighted sum of the parts. */
  visualScore: number;
  scoreParts: ScoreParts;
}

export interface ClipOptions {
  /** How many clips to choose. By default 3 up to 75 s of video, 4 up to three minutes, 5 above. */
  count?: number | undefined;
  /** Least length of a clip in ms; by default 2000, or `maxMs` where that is less. A video shorter than this gives one clip: the whole of it. */
  minMs?: number | undefined;
  /** Greatest length of a clip in ms; by default 15000, or `minMs` where that is more. */
  maxMs?: number | undefined;
}

/** The frames of a video as clip choice sees them. */
export interface ClipSource {
  shots: readonly Shot[];
  scores: FrameScores;
  /** Presentation time of each frame in ms, ascending. */
  timestampsMs: ArrayLike<number>;
  durationMs: number;
}

interface Candidate {
  clip: Omit<Clip, 'posterMs'>;
  /** How good it is to choose, apart from where it lies. */
  worth: number;
}

/** What a clip loses, on the scale of a visual score, for each fault in full. */
const PENALTY = { rejected: 1, frozen: 0.3, length: 0.1, position: 0.6 } as const;
/** What it gains by ending on a shot's end. */
const ENDS_ON_CUT = 0.05;

const USUAL_MIN_MS = 2000;
const USUAL_MAX_MS = 15_000;

/** How many clips a video of this length gives when it has shots enough. */
export function defaultClipCount(durationMs: number): number {
  if (durationMs <= 75_000) return 3;
  return durationMs <= 180_000 ? 4 : 5;
}

/**
 * Chooses the best clips of a video, in order of time.
 *
 * Every shot's start may begin a clip, which ends on the end of that shot or of a later one, or inside a shot when that
 * gives the length aimed at. Of all sets of clips that do not overlap, the set with the greatest sum is taken, where each clip
 * counts its visual score, less what it has of rejected or frozen frames, and less its distance from its equal share of
 * the video, which spreads the clips. Fewer clips come out where the shots cannot hold as many: a single shot gives one.
 *
 * @throws RangeError for options that contradict each other
 */
export function chooseClips(source: ClipSource, options: ClipOptions = {}): Clip[] {
  const { count: wanted = defaultClipCount(source.durationMs) } = options;
  const { minMs = Math.min(USUAL_MIN_MS, options.maxMs ?? Infinity) } = options;
  const { maxMs = Math.max(USUAL_MAX_MS, minMs) } = options;
  if (!(minMs > 0 && maxMs >= minMs && Number.isInteger(wanted) && wanted > 0)) {
    throw new RangeError(
      `Clips need 0 < minMs <= maxMs and a count of 1 or more: ${minMs}, ${maxMs}, ${wanted}.`,
    );
  }
  const candidates = listCandidates(source, { minMs, maxMs, wanted });
  for (let count = wanted; count > 0; count -= 1) {
    const chosen = bestSet(candidates, count, source);
    if (chosen) {
      return chosen.map(({ clip }) =>
        Object.assign(clip, { posterMs: posterMs(source, clip.startMs, clip.endMs) }),
      );
    }
  }
  return [];
}

function listCandidates(
  source: ClipSource,
  { minMs, maxMs, wanted }: { minMs: number; maxMs: number; wanted: number },
): Candidate[] {
  const { shots, scores, timestampsMs, durationMs } = source;
  const firstMs = shots[0]?.startMs ?? 0;
  const aimMs = Math.min(maxMs, Math.max(minMs, (durationMs - firstMs) / (2 * wanted)));
  const candidates: Candidate[] = [];

  for (const [i, shot] of shots.entries()) {
    const ends = new Map<number, number>();
    ends.set(Math.round(shot.startMs + aimMs), 0);
    ends.set(Math.round(shot.startMs + minMs), 0);
    for (let j = i; j < shots.length; j += 1) {
      const endMs = shots[j]?.endMs ?? 0;
      if (endMs - shot.startMs > maxMs) break;
      ends.set(endMs, ENDS_ON_CUT);
    }
    // A video too short for any clip gives the whole of itself.
    if (i === 0 && durationMs - shot.startMs < minMs) ends.set(durationMs, ENDS_ON_CUT);

    for (const [endMs, bonus] of ends) {
      const lengthMs = endMs - shot.startMs;
      const whole = i === 0 && endMs === durationMs;
      if (endMs > durationMs || lengthMs > maxMs || (lengthMs < minMs && !whole)) continue;
      const from = frameAt(timestampsMs, shot.startMs);
      const to = frameAt(timestampsMs, endMs);
      const { visualScore, scoreParts } = scoreStretch(scores, from, to);
      const worth =
        visualScore +
        bonus -
        PENALTY.rejected * scores.rejected.mean(from, to) -
        PENALTY.frozen * scores.frozen.mean(from, to) -
        PENALTY.length * Math.abs(Math.log(lengthMs / aimMs));
      candidates.push({ clip: { startMs: shot.startMs, endMs, visualScore, scoreParts }, worth });
    }
  }
  return candidates.sort((a, b) => a.clip.endMs - b.clip.endMs || a.clip.startMs - b.clip.startMs);
}

/**
 * The best `count` candidates that do not overlap, or undefined where there are not so many: weighted interval scheduling
 * with a fixed number of intervals. `candidates` are sorted by their end.
 */
function bestSet(
  candidates: readonly Candidate[],
  count: number,
  source: ClipSource,
): Candidate[] | undefined {
  const firstMs = source.shots[0]?.startMs ?? 0;
  const shareMs = (source.durationMs - firstMs) / count;
  const ends = candidates.map(({ clip }) => clip.endMs);

  // best[k][n]: the greatest sum of k clips out of the first n candidates; taken[k][n]: the last clip of that set.
  const best: Float64Array[] = [new Float64Array(candidates.length + 1)];
  const taken: Int32Array[] = [new Int32Array(candidates.length + 1)];
  for (let k = 1; k <= count; k += 1) {
    const before = best[k - 1] ?? new Float64Array();
    const sums = new Float64Array(candidates.length + 1).fill(-Infinity);
    const lasts = new Int32Array(candidates.length + 1).fill(-1);
    const centreMs = firstMs + (k - 0.5) * shareMs;
    for (const [n, { clip, worth }] of candidates.entries()) {
      const offset = Math.abs((clip.startMs + clip.endMs) / 2 - centreMs) / shareMs;
      const sum = (before[endingBy(ends, clip.startMs)] ?? 0) + worth - PENALTY.position * offset;
      const better = sum > (sums[n] ?? 0);
      sums[n + 1] = better ? sum : (sums[n] ?? 0);
      lasts[n + 1] = better ? n : (lasts[n] ?? -1);
    }
    best.push(sums);
    taken.push(lasts);
  }

  const chosen: Candidate[] = [];
  let n = candidates.length;
  for (let k = count; k > 0; k -= 1) {
    const candidate = candidates[taken[k]?.[n] ?? -1];
    if (!candidate) return undefined;
    chosen.unshift(candidate);
    n = endingBy(ends, candidate.clip.startMs);
  }
  return chosen;
}

/** How many of the ascending `ends` are at or before `ms`. */
function endingBy(ends: readonly number[], ms: number): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] ?? 0) <= ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
