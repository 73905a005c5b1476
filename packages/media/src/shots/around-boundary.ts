import { colourDistance, correlation, type Descriptor, distance } from '../features/descriptor.ts';
import type { FrameWindow } from './frame-window.ts';

/** Where one shot ends and the next begins, 0-based. */
export interface Gap {
  /** The frame after the last one of the old shot. */
  end: number;
  /** The first one of the new shot: the same, or beyond the frames that show both. */
  start: number;
}

type Measure = (a: Descriptor, b: Descriptor) => number;

/** Frames on each side of a boundary that are compared with those on the other, */
export const SIDE = 3;
/** and on a side that another cut ends. */
export const SHORT_SIDE = 2;

/** How many frames before a boundary and after it are of the two shots, as far as is looked: SIDE or SHORT_SIDE. */
export interface Sides {
  before: number;
  after: number;
}

/** Frames that differ less than this show the same drawing: animation holds each for two or three frames. */
const HELD = 1;

/** 0 for the same picture, brighter or darker; about 1 for two others; 2 at most. */
export const structureLoss: Measure = (a, b) => 1 - correlation(a, b);

/** The least of the distances between the frames before a boundary and those after it: nine, of three on each side. */
export function leastAcross(
  window: FrameWindow,
  { end, start }: Gap,
  { before, after }: Sides,
  measure: Measure,
): number {
  let least = Infinity;
  for (let i = 1; i <= before; i += 1) {
    for (let j = 0; j < after; j += 1) {
      const a = window.at(end - i);
      const b = window.at(start + j);
      if (a && b) least = Math.min(least, measure(a, b));
    }
  }
  return least;
}

/** The least distance between frames on either side of a boundary that are `first` to `last` frames, or one more, apart. */
export function leastComeback(window: FrameWindow, { end, start }: Gap, first: number, last: number): number {
  let least = Infinity;
  for (let i = first; i <= last; i += 1) {
    for (const [a, b] of [
      [end - 1, start + i],
      [end - 2, start + i],
      [end - i, start],
      [end - i, start + 1],
    ] as const) {
      const early = window.at(a);
      const late = window.at(b);
      if (early && late) least = Math.min(least, distance(early, late));
    }
  }
  return least;
}

/** How much one side of a boundary changes by itself. */
export interface Steps {
  /** The greatest step from frame to frame, or from a drawing that is held to the next. */
  step: number;
  /** The same without the greatest step from frame to frame. */
  calmStep: number;
  /** The greatest steps of colours and of structure. */
  colour: number;
  structure: number;
}

/**
 * The steps from frame to frame on one side of a boundary.
 *
 * @param from the frame beside the boundary
 * @param direction in which the others are, 1 or -1
 * @param side how many frames are on it
 * @param flash how many frames a flash lasts at most: it is no drawing
 */
export function stepsBeside(
  window: FrameWindow,
  from: number,
  direction: 1 | -1,
  side: number,
  flash: number,
): Steps {
  const steps: number[] = [];
  let colour = 0;
  let structure = 0;
  // A step beyond the side, unless that is into another shot.
  const looked = side === SIDE ? SIDE : side - 1;
  for (let i = 0; i < looked; i += 1) {
    const a = window.at(from + i * direction);
    const b = window.at(from + (i + 1) * direction);
    if (!a || !b) break;
    steps.push(distance(a, b));
    if (i === SIDE - 1) break;
    colour = Math.max(colour, colourDistance(a, b));
    structure = Math.max(structure, structureLoss(a, b));
  }
  const sorted = steps.toSorted((x, y) => x - y);
  const step = Math.max(0, ...steps.slice(0, side - 1));
  // Beyond a short side there is no drawing of its shot.
  const isHeld = side === SIDE && step < HELD;
  const held = (measure: Measure) =>
    isHeld ? nextDrawing(window, from + (side - 1) * direction, direction, flash, measure) : 0;
  const drawn = held(distance);
  return {
    step: Math.max(step, drawn),
    calmStep: Math.max(sorted[sorted.length >> 1] ?? 0, drawn),
    colour: Math.max(colour, held(colourDistance)),
    structure: Math.max(structure, held(structureLoss)),
  };
}

/** How far a frame is from all that comes next: the least distance, as after a flash the same drawing is seen again. */
function nextDrawing(
  window: FrameWindow,
  from: number,
  direction: 1 | -1,
  frames: number,
  measure: Measure,
): number {
  const drawing = window.at(from);
  let least = Infinity;
  for (let i = 1; i <= frames; i += 1) {
    const next = window.at(from + i * direction);
    if (drawing && next) least = Math.min(least, measure(drawing, next));
  }
  return least === Infinity ? 0 : least;
}
