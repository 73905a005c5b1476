export interface CutOptions {
  /** Frames on each side that make the average a change is compared with. */
  window: number;
  /** Least change over the neighbours' average. */
  minRatio: number;
  /** Least change itself. */
  minChange: number;
  /** Least number of frames from one cut, or the first frame, to the next. */
  minGap: number;
}

export const CUT_DEFAULTS: CutOptions = { window: 2, minRatio: 3, minChange: 15, minGap: 8 };

/**
 * Finds hard cuts: frames whose change from the one before stands out from the changes around it. This is the idea of
 * PySceneDetect's AdaptiveDetector with its default thresholds and a shorter gap.
 *
 * @param change mean absolute HSV change of each frame from the one before
 * @returns the index of the first frame of each new shot, ascending
 */
export function detectCuts(change: Float32Array, options: CutOptions = CUT_DEFAULTS): number[] {
  const { window, minRatio, minChange, minGap } = options;
  const cuts: number[] = [];
  let last = 0;
  for (let i = 1; i < change.length; i += 1) {
    const here = change[i] ?? 0;
    if (here < minChange || i - last < minGap) continue;
    let sum = 0;
    let count = 0;
    for (let j = Math.max(1, i - window); j <= Math.min(change.length - 1, i + window); j += 1) {
      if (j === i) continue;
      sum += change[j] ?? 0;
      count += 1;
    }
    if (count > 0 && here * count < minRatio * sum) continue;
    cuts.push(i);
    last = i;
  }
  return cuts;
}
