import { CELLS, type Descriptor, distance } from '../features/descriptor.ts';
import type { Gap } from './around-boundary.ts';
import type { FrameWindow } from './frame-window.ts';

/** The share of a mixed frame that the new picture has, at least and at most: else it is one of the two. */
const LEAST_SHARE = 0.06;
/** What is left of a mixed frame once both pictures are taken from it, as a fraction of how far they are apart. */
const MAX_RESIDUAL = 0.25;

/**
 * Where the new picture begins in frames that each show a mixture of the picture before and of the one after, more and more of
 * the latter: what a change of the frame rate makes of a cut by blending frames, and interlacing by its fields, since a cell
 * is a mean over the lines of both.
 *
 * @returns the first frame that shows more of the new picture; undefined where they are no mixtures
 */
export function firstOfNew(window: FrameWindow, { end, start }: Gap): number | undefined {
  const before = window.at(end - 1);
  const after = window.at(start);
  if (!before || !after) return undefined;
  const most = MAX_RESIDUAL * distance(before, after);
  let first = start;
  let last = 0;
  for (let frame = end; frame < start; frame += 1) {
    const mixed = window.at(frame);
    if (!mixed) return undefined;
    const share = shareOf(before, after, mixed);
    if (share < Math.max(LEAST_SHARE, last) || share > 1 - LEAST_SHARE) return undefined;
    if (residual(before, after, mixed, share) > most) return undefined;
    if (share >= 0.5) first = Math.min(first, frame);
    last = share;
  }
  return first;
}

/** The share of `after` in a mixture, by least squares over all cells. */
function shareOf(before: Descriptor, after: Descriptor, mixed: Descriptor): number {
  let products = 0;
  let squares = 0;
  for (let i = 0; i < CELLS.all; i += 1) {
    const start = before.cells[i] ?? 0;
    const step = (after.cells[i] ?? 0) - start;
    products += step * ((mixed.cells[i] ?? 0) - start);
    squares += step * step;
  }
  return squares === 0 ? 0 : products / squares;
}

/** The `distance` of a frame from a mixture of two. */
function residual(before: Descriptor, after: Descriptor, mixed: Descriptor, share: number): number {
  const off = (i: number) => {
    const start = before.cells[i] ?? 0;
    return Math.abs((mixed.cells[i] ?? 0) - start - share * ((after.cells[i] ?? 0) - start));
  };
  let luma = 0;
  let chroma = 0;
  for (let i = 0; i < CELLS.luma; i += 1) luma += off(i);
  for (let i = CELLS.luma; i < CELLS.all; i += 1) chroma += off(i);
  return luma / CELLS.luma + chroma / CELLS.chroma;
}
