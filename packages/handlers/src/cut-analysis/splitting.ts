/** Which videos are analysed in parts, when, and in which. */
export interface Splitting {
  /** How long a video is at least that is split, in ms. */
  fromMs: number;
  /** How many workers there must be to share them out. */
  fromWorkers: number;
  /** About how long its parts are, in ms. @param durationMs of the video */
  partMs(durationMs: number): number;
}

const MINUTE_MS = 60_000;
/** At least: few enough that what is decoded twice at the seams stays small, enough to share out between two workers evenly. */
const PARTS = 4;

/** At each seam some 10 s are decoded twice. A part of more than five minutes loses more with a worker that dies than it saves. */
export const DEFAULT_SPLITTING: Splitting = {
  fromMs: 10 * MINUTE_MS,
  fromWorkers: 2,
  partMs: (durationMs) => Math.min(5 * MINUTE_MS, durationMs / PARTS),
};
