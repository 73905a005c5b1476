import { FRAME, type Planes } from './frame.ts';

/** What can be said of one picture by itself. */
export interface Picture {
  /** Mean luma, 0 to 255. */
  brightness: number;
  /** Standard deviation of luma, 0 to about 127. */
  contrast: number;
  /** Variance of the Laplacian of luma: the usual measure of focus. */
  sharpness: number;
  /** Well-exposedness, 0 to 1: how near the pixels are to mid-grey. */
  exposure: number;
  /** Colourfulness M of Hasler and Suesstrunk, 0 to about 150. */
  colourfulness: number;
}

/** From the video range of luma, 16 to 235, to 0 to 255. */
export const SCALE = 255 / 219;
const toFullRange = (luma: number) => Math.min(255, Math.max(0, (luma - 16) * SCALE));

const VALUES = 256;
/** Four counts of each value: neighbours are alike, and would wait for each other's count to be written. */
const lanes = new Uint32Array(4 * VALUES);

/** Counts how many pixels have each of 256 luma values, into `histogram`. @param luma a multiple of four pixels */
export function countLuma(luma: Uint8Array, histogram: Uint32Array): void {
  lanes.fill(0);
  for (let p = 0; p < luma.length; p += 4) {
    const a = luma[p] ?? 0;
    const b = VALUES + (luma[p + 1] ?? 0);
    const c = 2 * VALUES + (luma[p + 2] ?? 0);
    const d = 3 * VALUES + (luma[p + 3] ?? 0);
    lanes[a] = (lanes[a] ?? 0) + 1;
    lanes[b] = (lanes[b] ?? 0) + 1;
    lanes[c] = (lanes[c] ?? 0) + 1;
    lanes[d] = (lanes[d] ?? 0) + 1;
  }
  for (let value = 0; value < VALUES; value += 1) {
    histogram[value] =
      (lanes[value] ?? 0) +
      (lanes[VALUES + value] ?? 0) +
      (lanes[2 * VALUES + value] ?? 0) +
      (lanes[3 * VALUES + value] ?? 0);
  }
}

/**
 * Measures one picture.
 *
 * - sharpness: variance of the 4-neighbour Laplacian (Pech-Pacheco et al., "Diatom autofocusing in brightfield
 *   microscopy", ICPR 2000).
 * - exposure: mean of exp(-(l - 0.5)^2 / (2 * 0.2^2)) over luma l in 0..1 (Mertens, Kautz and Van Reeth, "Exposure
 *   fusion", Pacific Graphics 2007).
 * - colourfulness: sigma_rgyb + 0.3 mu_rgyb over rg = R - G, yb = (R + G) / 2 - B (Hasler and Suesstrunk, "Measuring
 *   colourfulness in natural images", SPIE Human Vision and Electronic Imaging VIII, 2003).
 */
export function measurePicture({ y, u, v }: Planes, histogram: Uint32Array): Picture {
  const light = histogramMoments(histogram);
  return {
    brightness: light.mean,
    contrast: Math.sqrt(light.variance),
    sharpness: laplacianVariance(y) * SCALE * SCALE,
    exposure: wellExposedness(histogram),
    colourfulness: colourfulness(u, v),
  };
}

interface Moments {
  mean: number;
  variance: number;
}

function toMoments(sum: number, squares: number, count: number): Moments {
  const mean = sum / count;
  return { mean, variance: Math.max(0, squares / count - mean * mean) };
}

function histogramMoments(histogram: Uint32Array): Moments {
  let sum = 0;
  let squares = 0;
  for (let luma = 0; luma < 256; luma += 1) {
    const count = histogram[luma] ?? 0;
    const value = toFullRange(luma);
    sum += count * value;
    squares += count * value * value;
  }
  return toMoments(sum, squares, FRAME.luma);
}

const WELL_EXPOSED = Float64Array.from({ length: 256 }, (_, luma) =>
  Math.exp(-((toFullRange(luma) / 255 - 0.5) ** 2) / 0.08),
);

function wellExposedness(histogram: Uint32Array): number {
  let sum = 0;
  for (let luma = 0; luma < 256; luma += 1) sum += (histogram[luma] ?? 0) * (WELL_EXPOSED[luma] ?? 0);
  return sum / FRAME.luma;
}

/** R - G and (R + G) / 2 - B have no luma in them: both are sums of U and V (ITU-R BT.601). */
const RG = { u: 0.391, v: 2.409 } as const;
const YB = { u: -2.2135, v: 0.3915 } as const;

function colourfulness(u: Uint8Array, v: Uint8Array): number {
  let sumU = 0;
  let sumV = 0;
  let squaresU = 0;
  let squaresV = 0;
  let products = 0;
  for (let p = 0; p < u.length; p += 1) {
    const a = (u[p] ?? 0) - 128;
    const b = (v[p] ?? 0) - 128;
    // They stay below 2^31: 3600 times 128 squared is less than 2^26.
    sumU = (sumU + a) | 0;
    sumV = (sumV + b) | 0;
    squaresU = (squaresU + Math.imul(a, a)) | 0;
    squaresV = (squaresV + Math.imul(b, b)) | 0;
    products = (products + Math.imul(a, b)) | 0;
  }
  const ofU = toMoments(sumU, squaresU, u.length);
  const ofV = toMoments(sumV, squaresV, u.length);
  const covariance = products / u.length - ofU.mean * ofV.mean;
  const mean = (axis: typeof RG | typeof YB) => axis.u * ofU.mean + axis.v * ofV.mean;
  const variance = (axis: typeof RG | typeof YB) =>
    axis.u ** 2 * ofU.variance + axis.v ** 2 * ofV.variance + 2 * axis.u * axis.v * covariance;
  const deviation = Math.sqrt(Math.max(0, variance(RG) + variance(YB)));
  return deviation + 0.3 * Math.hypot(mean(RG), mean(YB));
}

function laplacianVariance(luma: Uint8Array): number {
  const { width, height } = FRAME;
  let sum = 0;
  let squares = 0;
  for (let y = 1; y < height - 1; y += 1) {
    const end = (y + 1) * width - 1;
    let left = luma[y * width] ?? 0;
    let middle = luma[y * width + 1] ?? 0;
    // Of a row in integers of 32 bits: of the whole picture the squares would not fit.
    let rowSum = 0;
    let rowSquares = 0;
    for (let p = y * width + 1; p < end; p += 1) {
      const right = luma[p + 1] ?? 0;
      const value = (left + right + (luma[p - width] ?? 0) + (luma[p + width] ?? 0) - 4 * middle) | 0;
      rowSum = (rowSum + value) | 0;
      rowSquares = (rowSquares + Math.imul(value, value)) | 0;
      left = middle;
      middle = right;
    }
    sum += rowSum;
    squares += rowSquares;
  }
  return toMoments(sum, squares, (width - 2) * (height - 2)).variance;
}
