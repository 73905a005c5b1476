import { frameAt } from '../timeline.ts';
import type { FrameScores, ScoreParts } from './frame-scores.ts';

/** What each part counts for in a still. What moves is blurred, which the small frames do not show. */
const WEIGHTS: Readonly<ScoreParts> = {
  sharpness: 0.3,
  colourfulness: 0.15,
  exposure: 0.25,
  contrast: 0.15,
  motion: -0.15,
};
const PARTS = ['sharpness', 'colourfulness', 'exposure', 'contrast', 'motion'] as const;
/** A frame counts with so many on each side of it: one that stands out of its neighbours is a blink or a flash. */
const NEIGHBOURS = 2;
/** This much at both ends of a stretch is left out where something remains, in ms: transitions, and half-open eyes. */
const EDGE_MS = 300;

/**
 * When the frame is shown that stands best for a stretch of a video, in whole ms: sharp, well exposed, calm, and not at the
 * stretch's ends. Frames that are dark, blown out, flat or blurred are taken where there are no others.
 */
export function posterMs(
  { scores, timestampsMs }: { scores: FrameScores; timestampsMs: ArrayLike<number> },
  startMs: number,
  endMs: number,
): number {
  const edgeMs = Math.min(EDGE_MS, (endMs - startMs) / 4);
  const first = frameAt(timestampsMs, startMs);
  const last = Math.max(first, frameAt(timestampsMs, endMs) - 1);
  const from = Math.min(last, frameAt(timestampsMs, startMs + edgeMs));
  const to = Math.max(from, frameAt(timestampsMs, endMs - edgeMs) - 1);
  let best = from;
  let bestScore = -Infinity;
  for (let i = from; i <= to; i += 1) {
    const score = stillScore(scores, Math.max(first, i - NEIGHBOURS), Math.min(last, i + NEIGHBOURS) + 1);
    if (score <= bestScore) continue;
    best = i;
    bestScore = score;
  }
  return Math.round(timestampsMs[best] ?? startMs);
}

function stillScore({ parts, rejected }: FrameScores, from: number, to: number): number {
  let score = -rejected.mean(from, to);
  for (const part of PARTS) score += WEIGHTS[part] * parts[part].mean(from, to);
  return score;
}
