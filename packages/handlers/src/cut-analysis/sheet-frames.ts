import { MAX_CONTACT_SHEET_FRAMES, MAX_STORYBOARD_FRAMES } from '@orq/contracts';
import type { CutAnalysis } from '@orq/media';

/** Frames of a storyboard are at least this far from each other, in ms. */
const LEAST_DISTANCE_MS = 1000;

type SheetSource = Pick<CutAnalysis, 'shots' | 'shotPostersMs' | 'timestampsMs' | 'durationMs'>;

/** Which frames stand for the shots of a video, and which for its course; of more shots than fit, some, evenly spread. */
export function chooseSheetFrames({ shots, shotPostersMs, timestampsMs, durationMs }: SheetSource) {
  const startMs = shots[0]?.startMs ?? 0;
  const lengthMs = durationMs - startMs;
  const frames = Math.max(1, Math.min(MAX_STORYBOARD_FRAMES, Math.floor(lengthMs / LEAST_DISTANCE_MS)));
  return {
    shots: shots.length,
    contact_sheet_ms: evenly(shotPostersMs, MAX_CONTACT_SHEET_FRAMES),
    storyboard_ms: shownAt(
      middles(frames).map((middle) => startMs + middle * lengthMs),
      timestampsMs,
    ),
  };
}

/** The frames that are shown at these times, each once, in whole ms: it may have come long before, and be the last. */
function shownAt(timesMs: readonly number[], timestampsMs: Float64Array): number[] {
  const shown = timesMs.map((ms) => Math.round(timestampsMs.findLast((frameMs) => frameMs <= ms) ?? ms));
  return [...new Set(shown)];
}

/** At most `most` of the items, from all parts of the list. */
function evenly(items: readonly number[], most: number): number[] {
  if (items.length <= most) return [...items];
  return middles(most).flatMap((middle) => items[Math.floor(middle * items.length)] ?? []);
}

/** The middles of `count` equal parts of 0 to 1. */
function middles(count: number): number[] {
  return Array.from({ length: count }, (_, i) => (i + 0.5) / count);
}
