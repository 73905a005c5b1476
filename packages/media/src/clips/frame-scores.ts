import type { FrameTable } from '../features/frame-table.ts';

/** The parts of a visual score, each 0 (poor) to 1 (good). */
export interface ScoreParts {
  sharpness: number;
  colourfulness: number;
  exposure: number;
  contrast: number;
  motion: number;
}

/** What each part counts for in the visual score. They sum to 1. */
const WEIGHTS: Readonly<ScoreParts> = {
  sharpness: 0.3,
  colourfulness: 0.2,
  exposure: 0.2,
  contrast: 0.15,
  motion: 0.15,
};

/** The scores of every frame of a video, as running sums so that any stretch is scored in constant time. */
export interface FrameScores {
  parts: Record<keyof ScoreParts, PrefixSum>;
  /** 1 for each frame that is too dark, blown out, flat or blurred to be shown. */
  rejected: PrefixSum;
  /** 1 for each frame of a stretch in which the picture stands still. */
  frozen: PrefixSum;
}

/** Running sum of a column: `mean(from, to)` of any frames in constant time. */
class PrefixSum {
  readonly #sums: Float64Array;

  constructor(values: ArrayLike<number>) {
    this.#sums = new Float64Array(values.length + 1);
    for (let i = 0; i < values.length; i += 1) this.#sums[i + 1] = (this.#sums[i] ?? 0) + (values[i] ?? 0);
  }

  /** Mean over the frames `from` (included) to `to` (not included); 0 where there are none. */
  mean(from: number, to: number): number {
    return to <= from ? 0 : ((this.#sums[to] ?? 0) - (this.#sums[from] ?? 0)) / (to - from);
  }
}

const DARK = 22;
const BLOWN_OUT = 240;
const FLAT_CONTRAST = 8;
/** Blurred: this fraction of the video's median sharpness, or less. */
const BLURRED_FRACTION = 0.1;
const STILL_CHANGE = 0.02;
const FROZEN_FRAMES = 24;

/**
 * Scores every frame of a video against the other frames of the same video.
 *
 * Each part of a frame's score is the fraction of the video's frames that are worse in it (ties count half): see
 * `measurePicture` for the measures; motion is the mean HSV change from the frame before, 0 at a cut. A frame that is
 * dark, blown out, flat or blurred is rejected, and all its parts are 0, in the manner of Hecate (Song et al., "To
 * Click or Not To Click", CIKM 2016).
 *
 * @param cuts index of the first frame of each shot: the change there is no motion
 */
export function scoreFrames(table: FrameTable, cuts: readonly number[]): FrameScores {
  const motion = table.change.view().slice();
  // The first frame of a shot moves as the second does: the jump from another shot is no motion.
  for (const cut of cuts) motion[cut] = cut + 1 < motion.length ? (motion[cut + 1] ?? 0) : 0;

  const rejected = rejectedFrames(table);
  const part = (values: Float32Array) => {
    const ranks = rank(values);
    for (let i = 0; i < ranks.length; i += 1) if (rejected[i] === 1) ranks[i] = 0;
    return new PrefixSum(ranks);
  };
  return {
    parts: {
      sharpness: part(table.sharpness.view()),
      colourfulness: part(table.colourfulness.view()),
      exposure: part(table.exposure.view()),
      contrast: part(table.contrast.view()),
      motion: part(motion),
    },
    rejected: new PrefixSum(rejected),
    frozen: new PrefixSum(frozenFrames(motion)),
  };
}

/** Mean of each part over the frames `from` (included) to `to` (not included), and their weighted sum. */
export function scoreStretch(
  scores: FrameScores,
  from: number,
  to: number,
): { visualScore: number; scoreParts: ScoreParts } {
  const { parts } = scores;
  const scoreParts: ScoreParts = {
    sharpness: parts.sharpness.mean(from, to),
    colourfulness: parts.colourfulness.mean(from, to),
    exposure: parts.exposure.mean(from, to),
    contrast: parts.contrast.mean(from, to),
    motion: parts.motion.mean(from, to),
  };
  const visualScore =
    WEIGHTS.sharpness * scoreParts.sharpness +
    WEIGHTS.colourfulness * scoreParts.colourfulness +
    WEIGHTS.exposure * scoreParts.exposure +
    WEIGHTS.contrast * scoreParts.contrast +
    WEIGHTS.motion * scoreParts.motion;
  return { visualScore, scoreParts };
}

/** The fraction of values below each value, ties counted half: 0 to 1, and 0.5 where all are equal. */
function rank(values: Float32Array): Float32Array {
  const sorted = values.slice().sort();
  const firstAtLeast = (target: number, above: boolean) => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const value = sorted[middle] ?? 0;
      if (above ? value <= target : value < target) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return values.map(
    (value) => (firstAtLeast(value, false) + firstAtLeast(value, true)) / (2 * sorted.length),
  );
}

function rejectedFrames(table: FrameTable): Uint8Array {
  const brightness = table.brightness.view();
  const contrast = table.contrast.view();
  const sharpness = table.sharpness.view();
  const blurred = BLURRED_FRACTION * (sharpness.slice().sort()[sharpness.length >> 1] ?? 0);
  return Uint8Array.from(brightness, (light, i) => {
    const bad =
      light < DARK ||
      light > BLOWN_OUT ||
      (contrast[i] ?? 0) < FLAT_CONTRAST ||
      (sharpness[i] ?? 0) < blurred;
    return bad ? 1 : 0;
  });
}

function frozenFrames(motion: Float32Array): Uint8Array {
  const frozen = new Uint8Array(motion.length);
  let runStart = 0;
  for (let i = 0; i <= motion.length; i += 1) {
    if (i < motion.length && (motion[i] ?? 0) < STILL_CHANGE) continue;
    if (i - runStart >= FROZEN_FRAMES) frozen.fill(1, runStart, i);
    runStart = i + 1;
  }
  return frozen;
}
