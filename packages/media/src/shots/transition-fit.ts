import { CELLS, colourDistance, correlation, type Descriptor, distance } from '../features/descriptor.ts';
import { isBlank } from './blank.ts';
import type { FrameWindow } from './frame-window.ts';

/**
 * How well a stretch of frames is explained as one picture A turning into another B. Figures at "the middle" are means
 * over the frames at 0.35, 0.5 and 0.65 of the stretch.
 */
export interface TransitionFit {
  /** The last frame that shows A alone and the first that shows B alone, 0-based. */
  from: number;
  to: number;
  /** Between A and B: see the functions of these names. */
  distance: number;
  correlation: number;
  colour: number;
  /** Whether A or B is black or white. */
  fromBlank: boolean;
  toBlank: boolean;
  /** Variance of the luma of B over that of A. */
  varianceRatio: number;
  /** Root mean square of the share of B less that of a steady transition. */
  unevenness: number;
  /** Of the frames in the middle, taken as mixtures: see Blend. */
  residual: number;
  /** Deviation of luma in the middle over that of the mixture: 1 in a dissolve, more where something moves. */
  gain: number;
  /** Fine detail in the middle over that of A and B: two pictures laid over each other lose some. */
  detailGain: number;
  /** Mean cosine of successive steps: near 1 where each step goes the way from A to B, near 0 where things move. */
  coherence: number;
  /** The same two of the frames taken as patchworks: see Patchwork. */
  patchUnevenness: number;
  neither: number;
  /** The greatest step from frame to frame over the mean step. */
  jerk: number;
  /** How much the picture changes just before and just after, as a fraction of the whole change. */
  unrest: number;
  /** How near the picture gets to A again soon after, or was to B before, as a fraction of the whole change. */
  comeback: number;
  /** The same of colours, which stay where the camera moves, and over all that is seen after it. */
  colourComeback: number;
}

/** Where a frame stands between two others. */
interface Blend {
  /** The share of the second picture, by least squares: 0 at the first, 1 at the second. */
  share: number;
  /** How far the frame is from that mixture, as a fraction of the distance between the two pictures. */
  residual: number;
}

/** Chroma has a quarter of luma's cells in two planes, and differs less. */
const CHROMA_WEIGHT = 2;

/** Fits `frame` by (1 - s) a + s b over all cells. */
function blendOf(a: Descriptor, b: Descriptor, frame: Descriptor): Blend {
  let along = 0;
  let whole = 0;
  let gone = 0;
  for (let i = 0; i < CELLS.all; i += 1) {
    const weight = i < CELLS.luma ? 1 : CHROMA_WEIGHT;
    const from = a.cells[i] ?? 0;
    const step = (b.cells[i] ?? 0) - from;
    const moved = (frame.cells[i] ?? 0) - from;
    along += weight * step * moved;
    whole += weight * step * step;
    gone += weight * moved * moved;
  }
  if (whole === 0) return { share: 0, residual: gone === 0 ? 0 : Infinity };
  const share = along / whole;
  return { share, residual: Math.sqrt(Math.max(0, gone / whole - share * share)) };
}

/** How much of the picture that changes from `a` to `b` shows which of the two, each cell weighed by its change. */
interface Patchwork {
  /** The share of the second picture, 0 to 1. */
  share: number;
  /** The share of cells that show neither: high within a dissolve, low within a wipe but at its edge. */
  neither: number;
}

/** A cell that changes less than this (grey levels) says nothing. */
const TELLING_CHANGE = 12;
/** A cell shows a picture when it is within this fraction of its change, or within the range of that picture's cells around it. */
const NEAR = 0.25;

/** Tells cell by cell which picture `frame` shows; pictures may have moved by one cell. */
function patchworkOf(a: Descriptor, b: Descriptor, frame: Descriptor): Patchwork {
  let all = 0;
  let second = 0;
  let neither = 0;
  for (let y = 0, i = 0; y < CELLS.rows; y += 1) {
    for (let x = 0; x < CELLS.columns; x += 1, i += 1) {
      const from = a.cells[i] ?? 0;
      const to = b.cells[i] ?? 0;
      const change = Math.abs(to - from);
      if (change < TELLING_CHANGE) continue;
      const value = frame.cells[i] ?? 0;
      const tolerance = NEAR * change;
      all += change;
      const showsA = Math.abs(value - from) <= tolerance || isAround(a, x, y, value);
      const showsB = Math.abs(value - to) <= tolerance || isAround(b, x, y, value);
      if (showsA && showsB)
        second += (change * Math.abs(value - from)) / (Math.abs(value - from) + Math.abs(value - to) || 1);
      else if (showsB) second += change;
      else if (!showsA) {
        neither += change;
        second += change / 2;
      }
    }
  }
  return all === 0 ? { share: 0, neither: 1 } : { share: second / all, neither: neither / all };
}

/** Whether a value lies within the range of the 3 x 3 cells around a place. */
function isAround(picture: Descriptor, x: number, y: number, value: number): boolean {
  let low = 255;
  let high = 0;
  for (let j = Math.max(0, y - 1); j <= Math.min(CELLS.rows - 1, y + 1); j += 1) {
    for (let i = Math.max(0, x - 1); i <= Math.min(CELLS.columns - 1, x + 1); i += 1) {
      const cell = picture.cells[j * CELLS.columns + i] ?? 0;
      if (cell < low) low = cell;
      if (cell > high) high = cell;
    }
  }
  return value >= low && value <= high;
}

/** Two shots differ at least this much in their cells, and in their colours. */
const MIN_DISTANCE = 14;
const MIN_COLOUR = 0.15;
/** A share of B below this, or above 1 less this, counts as A or B alone. */
const ALONE = 0.06;
const SHORTEST = 3;
const MIDDLE = [0.35, 0.5, 0.65] as const;

/**
 * Looks for the transition between two frames and measures it.
 *
 * @param reach how many frames around the middle of the two may be looked at
 * @returns undefined where the frames between do not lead from the one picture to the other, or both are much alike
 */
export function fitTransition(
  window: FrameWindow,
  first: number,
  last: number,
  reach: number,
): TransitionFit | undefined {
  const extent = findExtent(window, first, last);
  if (!extent) return undefined;
  const { from, to } = extent;
  const a = window.at(from);
  const b = window.at(to);
  if (!a || !b) return undefined;
  const whole = distance(a, b);
  const colour = colourDistance(a, b);
  if (whole < MIN_DISTANCE || colour < MIN_COLOUR) return undefined;
  const length = to - from;

  const between: Descriptor[] = [];
  for (let i = from; i <= to; i += 1) {
    const frame = window.at(i);
    if (frame) between.push(frame);
  }
  const blends = between.map((frame) => blendOf(a, b, frame));
  const patchworks = between.map((frame) => patchworkOf(a, b, frame));
  const middle = MIDDLE.map((place) => Math.round(place * length));
  const mean = (of: (i: number) => number) => middle.reduce((sum, i) => sum + of(i), 0) / middle.length;
  const steps = between.slice(1).map((frame, i) => distance(between[i] ?? frame, frame));
  const middleFrame = (first + last) / 2;
  const around = { from, to, first: middleFrame - reach, last: middleFrame + reach };
  const soon = { ...around, last: middleFrame + SOON * (last - first) };
  const margin = Math.max(1, Math.min(8, Math.round(length / 2)));
  const calm = to + margin <= soon.last ? window.at(to + margin) : undefined;

  return {
    from,
    to,
    distance: whole,
    correlation: correlation(a, b),
    colour,
    fromBlank: isBlank(a),
    toBlank: isBlank(b),
    varianceRatio: b.variance / (a.variance + 1),
    unevenness: unevenness(blends),
    residual: mean((i) => blends[i]?.residual ?? 0),
    gain: mean((i) => gainOf(a, b, between[i], blends[i]?.share ?? 0)),
    detailGain: mean((i) => {
      const share = blends[i]?.share ?? 0;
      return (between[i]?.detail ?? 0) / ((1 - share) * a.detail + share * b.detail + 0.1);
    }),
    coherence: coherenceOf(between),
    patchUnevenness: unevenness(patchworks),
    neither: mean((i) => patchworks[i]?.neither ?? 0),
    jerk: Math.max(0, ...steps) / (steps.reduce((sum, step) => sum + step, 0) / steps.length || 1),
    unrest: Math.max(unrestOf(window.at(from - margin), a), unrestOf(calm, b)) / whole,
    comeback: nearest(window, a, b, soon, distance) / whole,
    colourComeback: nearest(window, a, b, around, colourDistance) / colour,
  };
}

const unrestOf = (outside: Descriptor | undefined, edge: Descriptor) =>
  outside ? distance(outside, edge) : 0;

/** Every so many frames are looked at for a picture that comes back. */
const COMEBACK_STRIDE = 4;
/** So far from the middle, in spans, B is looked at, and whether A comes back: where dissolves are quick, the next one follows. */
const SOON = 0.75;

function nearest(
  window: FrameWindow,
  a: Descriptor,
  b: Descriptor,
  { from, to, first, last }: { from: number; to: number; first: number; last: number },
  measure: typeof distance,
): number {
  let least = Infinity;
  const compare = (picture: Descriptor, index: number) => {
    const frame = window.at(index);
    if (frame) least = Math.min(least, measure(picture, frame));
  };
  for (let i = to + COMEBACK_STRIDE; i <= last; i += COMEBACK_STRIDE) compare(a, i);
  for (let i = from - COMEBACK_STRIDE; i >= first; i -= COMEBACK_STRIDE) compare(b, i);
  return Math.min(least, 1e6);
}

/** The frames between which the share of the second picture rises from almost none to almost all. */
function findExtent(window: FrameWindow, first: number, last: number) {
  const a = window.at(first);
  const b = window.at(last);
  if (!a || !b) return undefined;
  const shares: number[] = [];
  for (let i = first; i <= last; i += 1) {
    const frame = window.at(i);
    shares.push(frame ? blendOf(a, b, frame).share : 0);
  }
  const middle = shares.findIndex((share, i) => i > 0 && share >= 0.5 && (shares[i - 1] ?? 0) < 0.5);
  if (middle < 0) return undefined;
  let from = middle - 1;
  while (from > 0 && (shares[from] ?? 0) > ALONE) from -= 1;
  let to = middle;
  while (to < shares.length - 1 && (shares[to] ?? 0) < 1 - ALONE) to += 1;
  return to - from < SHORTEST ? undefined : { from: first + from, to: first + to };
}

function unevenness(frames: readonly { share: number }[]): number {
  const squares = frames.reduce((sum, { share }, i) => sum + (share - i / (frames.length - 1)) ** 2, 0);
  return Math.sqrt(squares / frames.length);
}

/** Grey levels of variance that are noise. */
const NOISE = 4;

function gainOf(a: Descriptor, b: Descriptor, frame: Descriptor | undefined, share: number): number {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < CELLS.luma; i += 1) {
    const mixture = (1 - share) * (a.cells[i] ?? 0) + share * (b.cells[i] ?? 0);
    sum += mixture;
    squares += mixture * mixture;
  }
  const variance = squares / CELLS.luma - (sum / CELLS.luma) ** 2;
  return Math.sqrt(((frame?.variance ?? 0) + NOISE) / (variance + NOISE));
}

function coherenceOf(between: readonly Descriptor[]): number {
  const stride = Math.max(1, Math.floor((between.length - 1) / 6));
  let sum = 0;
  let count = 0;
  for (let i = stride; i + stride < between.length; i += stride) {
    const a = between[i - stride];
    const b = between[i];
    const c = between[i + stride];
    if (!a || !b || !c) break;
    sum += stepCosine(a, b, c);
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}

function stepCosine(a: Descriptor, b: Descriptor, c: Descriptor): number {
  let products = 0;
  let first = 0;
  let second = 0;
  for (let i = 0; i < CELLS.all; i += 1) {
    const weight = i < CELLS.luma ? 1 : CHROMA_WEIGHT;
    const x = (b.cells[i] ?? 0) - (a.cells[i] ?? 0);
    const y = (c.cells[i] ?? 0) - (b.cells[i] ?? 0);
    products += weight * x * y;
    first += weight * x * x;
    second += weight * y * y;
  }
  return first === 0 || second === 0 ? 0 : products / Math.sqrt(first * second);
}
