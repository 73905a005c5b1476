import { SHORT_SIDE, SIDE, type Sides } from './around-boundary.ts';
import type { CutEvidence } from './cut-evidence.ts';

/** Whether a boundary was looked at without what lies beyond the next one. */
export const isShortSided = ({ before, after }: Sides) => Math.min(before, after) < SIDE;

/**
 * Two frames are a shot where both their ends are told: each by sides of which one ends at the other, or as any other cut. One end
 * alone would be a blow to the camera, or the first frame of a light.
 *
 * @param told the frames of cuts that are told otherwise
 * @param shortSided the boundaries that are cuts as far as their short sides show
 * @returns the frames in which such shots begin and end
 */
export function endsOfShortShots(told: readonly number[], shortSided: readonly CutEvidence[]): number[] {
  const framesOf = (side: keyof Sides) =>
    shortSided.filter((boundary) => boundary[side] < SIDE).map(({ frame }) => frame);
  const starts = new Set([...told, ...framesOf('after')]);
  const ends = new Set([...told, ...framesOf('before')]);
  const isBesideAnother = (frame: number) => told.some((cut) => Math.abs(cut - frame) === 1);
  return [...starts].flatMap((start) => {
    const end = start + SHORT_SIDE;
    return ends.has(end) && !isBesideAnother(start) && !isBesideAnother(end) ? [start, end] : [];
  });
}
