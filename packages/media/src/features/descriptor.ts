import { FRAME, type Planes } from './frame.ts';
import { SCALE, type Picture } from './picture.ts';

/** A cell is the mean of 5 x 5 pixels of its plane, so noise and small motion are gone. */
const CELL = 5;
const COLUMNS = FRAME.width / CELL;
const ROWS = FRAME.height / CELL;
const CHROMA_COLUMNS = COLUMNS / 2;
const CHROMA_ROWS = ROWS / 2;

/** The grid of luma cells; those of U and V have half as many each way. */
export const CELLS = {
  columns: COLUMNS,
  rows: ROWS,
  luma: COLUMNS * ROWS,
  chroma: CHROMA_COLUMNS * CHROMA_ROWS,
  all: COLUMNS * ROWS + 2 * CHROMA_COLUMNS * CHROMA_ROWS,
} as const;

const LUMA_BINS = 32;
const CHROMA_BINS = 8;
/** Most colours are near grey: bins of U and V cover 80 to 176, the outermost what is beyond. */
const CHROMA_ORIGIN = 80;
const CHROMA_BIN = 12;
export const HISTOGRAM_BINS = LUMA_BINS + CHROMA_BINS * CHROMA_BINS;

/** The bin of each value of U and V. */
const CHROMA_BIN_OF = Uint8Array.from({ length: 256 }, (_, value) =>
  Math.min(CHROMA_BINS - 1, Math.max(0, Math.trunc((value - CHROMA_ORIGIN) / CHROMA_BIN))),
);
const chromaCounts = new Uint16Array(CHROMA_BINS * CHROMA_BINS);

/** The luma of a picture made small. */
export interface LumaCells {
  /** Mean luma of each cell (32 x 18), 0 to 255; more may follow. */
  cells: Float32Array;
  /** Mean and variance of the luma cells. */
  mean: number;
  variance: number;
}

/** The colours of a picture, wherever they are. */
export interface Colours {
  /** Shares of the pixels: 32 bins of luma, then 8 x 8 bins of U and V; each half sums to 1. */
  histogram: Float32Array;
}

/** What shot detection keeps of a frame while it looks at its neighbours. About 4 kB. */
export interface Descriptor extends LumaCells, Colours {
  /** Mean luma of each cell (32 x 18), then U, then V (16 x 9 each); 0 to 255. */
  cells: Float32Array;
  /** Mean absolute difference between luma pixels that are side by side: how much fine detail is seen. */
  detail: number;
  /** Mean luma of the frame, 0 to 255. */
  brightness: number;
  /** From the 5th to the 95th percentile of the luma cells, 0 to 255: near 0 for a blank, also a noisy one. */
  spread: number;
}

/** An empty one, to be filled again and again: a frame a time is too much for the garbage collector. */
export const createDescriptor = (): Descriptor => ({
  cells: new Float32Array(CELLS.all),
  histogram: new Float32Array(HISTOGRAM_BINS),
  mean: 0,
  variance: 0,
  detail: 0,
  brightness: 0,
  spread: 0,
});

export function copyDescriptor(from: Descriptor, into: Descriptor): void {
  const { cells, histogram } = into;
  Object.assign(into, from, { cells, histogram });
  cells.set(from.cells);
  histogram.set(from.histogram);
}

/**
 * Describes a frame.
 *
 * @param lumaHistogram how many luma pixels have each of 256 values
 * @param into is filled
 */
export function describeFrame(
  planes: Planes,
  lumaHistogram: Uint32Array,
  picture: Picture,
  into: Descriptor,
): void {
  const { cells } = into;
  averageCells(planes.y, FRAME.width, cells, 0);
  averageCells(planes.u, FRAME.width / 2, cells, CELLS.luma);
  averageCells(planes.v, FRAME.width / 2, cells, CELLS.luma + CELLS.chroma);
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < CELLS.luma; i += 1) {
    const value = cells[i] ?? 0;
    sum += value;
    squares += value * value;
  }
  into.mean = sum / CELLS.luma;
  into.variance = Math.max(0, squares / CELLS.luma - into.mean * into.mean);
  into.detail = detailOf(planes.y);
  into.brightness = picture.brightness;
  into.spread = spreadOf(cells);
  fillHistogram(into.histogram, planes, lumaHistogram);
}

function averageCells(plane: Uint8Array, width: number, cells: Float32Array, at: number): void {
  const [columns, rows] = [width / CELL, plane.length / width / CELL];
  for (let y = 0, i = at; y < rows; y += 1) {
    for (let x = 0; x < columns; x += 1, i += 1) {
      const first = y * CELL * width + x * CELL;
      let sum = 0;
      for (let p = first; p < first + CELL * width; p += width) {
        sum +=
          (plane[p] ?? 0) +
          (plane[p + 1] ?? 0) +
          (plane[p + 2] ?? 0) +
          (plane[p + 3] ?? 0) +
          (plane[p + 4] ?? 0);
      }
      cells[i] = sum / (CELL * CELL);
    }
  }
}

/** Each luma value is shared out between the two bins it is nearest to, lest a small change of light moves whole bins. */
function fillHistogram(histogram: Float32Array, { u, v }: Planes, lumaHistogram: Uint32Array): void {
  histogram.fill(0);
  const binWidth = 256 / LUMA_BINS;
  for (let value = 0; value < 256; value += 1) {
    const share = (lumaHistogram[value] ?? 0) / FRAME.luma;
    if (share === 0) continue;
    const place = Math.min(LUMA_BINS - 1, Math.max(0, (value - binWidth / 2) / binWidth));
    const low = Math.floor(place);
    const high = Math.min(LUMA_BINS - 1, low + 1);
    histogram[low] = (histogram[low] ?? 0) + share * (1 - (place - low));
    histogram[high] = (histogram[high] ?? 0) + share * (place - low);
  }
  chromaCounts.fill(0);
  for (let p = 0; p < FRAME.chroma; p += 1) {
    const bin = CHROMA_BINS * (CHROMA_BIN_OF[u[p] ?? 0] ?? 0) + (CHROMA_BIN_OF[v[p] ?? 0] ?? 0);
    chromaCounts[bin] = (chromaCounts[bin] ?? 0) + 1;
  }
  for (let bin = 0; bin < chromaCounts.length; bin += 1) {
    histogram[LUMA_BINS + bin] = (chromaCounts[bin] ?? 0) / FRAME.chroma;
  }
}

/** Cells are counted by quarters of a grey level. */
const FINE = 4;
const counts = new Uint16Array(256 * FINE);

function spreadOf(cells: Float32Array): number {
  counts.fill(0);
  for (let i = 0; i < CELLS.luma; i += 1) {
    const place = ((cells[i] ?? 0) * FINE) | 0;
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return ((percentile(0.95) - percentile(0.05)) / FINE) * SCALE;
}

function percentile(share: number): number {
  let left = share * CELLS.luma;
  let place = 0;
  for (; place < counts.length - 1; place += 1) {
    left -= counts[place] ?? 0;
    if (left <= 0) break;
  }
  return place;
}

function detailOf(luma: Uint8Array): number {
  let sum = 0;
  let left = luma[0] ?? 0;
  for (let p = 1; p < luma.length; p += 1) {
    const right = luma[p] ?? 0;
    // Not by a condition: of noise it is right every other time, and each wrong guess costs more than the rest.
    sum = (sum + Math.abs(right - left)) | 0;
    left = right;
  }
  return sum / luma.length;
}

/** Mean absolute difference of the luma cells, 0 to 255. */
export function lumaDistance(a: LumaCells, b: LumaCells): number {
  let sum = 0;
  for (let i = 0; i < CELLS.luma; i += 1) sum += Math.abs((a.cells[i] ?? 0) - (b.cells[i] ?? 0));
  return (sum / CELLS.luma) * SCALE;
}

/** Mean absolute difference of the cells: of luma, plus the mean of U and V, 0 to 255 each. */
export function distance(a: Descriptor, b: Descriptor): number {
  let luma = 0;
  let chroma = 0;
  for (let i = 0; i < CELLS.luma; i += 1) luma += Math.abs((a.cells[i] ?? 0) - (b.cells[i] ?? 0));
  for (let i = CELLS.luma; i < CELLS.all; i += 1) chroma += Math.abs((a.cells[i] ?? 0) - (b.cells[i] ?? 0));
  return luma / CELLS.luma + chroma / CELLS.chroma;
}

/** A cell below this is black in both pictures, as the bars of a film or the night around a lamp. */
const BLACK_CELL = 30;
/** At least this share of the picture counts, however much of it is black. */
const LEAST_LIT = 0.75;

/** Luma of black, and the grey levels beside which the light of a cell is noise: see `coverage`. */
const BLACK = 16;
const DIM = 20;

/**
 * How much of the picture that is not black changes, 0 to 1: the share of cells that would change if all that change did so
 * alike (their participation ratio). Small where something appears in a part of the picture. Each change is taken relative to the
 * light of its cell (Weber contrast), as the eye does: else a few lamps outweigh all that a dark picture shows.
 */
export function coverage(a: Descriptor, b: Descriptor): number {
  let sum = 0;
  let squares = 0;
  let lit = 0;
  for (let i = 0; i < CELLS.luma; i += 1) {
    const before = a.cells[i] ?? 0;
    const after = b.cells[i] ?? 0;
    if (before >= BLACK_CELL || after >= BLACK_CELL) lit += 1;
    const change = Math.abs(before - after) / (Math.max(0, before + after - 2 * BLACK) + DIM);
    sum += change;
    squares += change * change;
  }
  return squares === 0 ? 0 : (sum * sum) / (squares * Math.max(lit, LEAST_LIT * CELLS.luma));
}

/**
 * How one-sided a change of luma is: the sum of the cells' changes over the sum of their amounts. 1 where all that changes is
 * brighter, -1 where all is darker, as when a light goes on or out; near 0 where one picture takes another's place.
 */
export function lighting(a: LumaCells, b: LumaCells): number {
  let sum = 0;
  let amount = 0;
  for (let i = 0; i < CELLS.luma; i += 1) {
    const change = (b.cells[i] ?? 0) - (a.cells[i] ?? 0);
    sum += change;
    amount += Math.abs(change);
  }
  return amount === 0 ? 0 : sum / amount;
}

/** How much of the pixels' colours differ, wherever they are: 0 (none) to 1 (all). Motion hardly changes it. */
export function colourDistance(a: Colours, b: Colours): number {
  let sum = 0;
  for (let i = 0; i < HISTOGRAM_BINS; i += 1) sum += Math.abs((a.histogram[i] ?? 0) - (b.histogram[i] ?? 0));
  return sum / 4;
}

/** Keeps a flat picture, which is all noise, from correlating with anything: 2 grey levels of deviation. */
const FLAT = 4;

/** Normalised cross-correlation of luma, -1 to 1: 1 for the same picture, brighter or darker; about 0 for two others. */
export function correlation(a: LumaCells, b: LumaCells): number {
  let products = 0;
  for (let i = 0; i < CELLS.luma; i += 1) products += (a.cells[i] ?? 0) * (b.cells[i] ?? 0);
  const covariance = products / CELLS.luma - a.mean * b.mean;
  return covariance / Math.sqrt((a.variance + FLAT) * (b.variance + FLAT));
}

/**
 * The same over the cells that are not black in both pictures: bars or a frame of black around a picture make any two
 * correlate. 1 where all is black.
 */
export function litCorrelation(a: LumaCells, b: LumaCells): number {
  let lit = 0;
  let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
  for (let i = 0; i < CELLS.luma; i += 1) {
    const x = a.cells[i] ?? 0;
    const y = b.cells[i] ?? 0;
    if (x < BLACK_CELL && y < BLACK_CELL) continue;
    lit += 1;
    sumA += x;
    sumB += y;
    squaresA += x * x;
    squaresB += y * y;
    products += x * y;
  }
  if (lit === 0) return 1;
  const [meanA, meanB] = [sumA / lit, sumB / lit];
  const varianceA = Math.max(0, squaresA / lit - meanA * meanA);
  const varianceB = Math.max(0, squaresB / lit - meanB * meanB);
  return (products / lit - meanA * meanB) / Math.sqrt((varianceA + FLAT) * (varianceB + FLAT));
}
