/** What can be said of one picture by itself. */
export interface Picture {
  /** Mean luma, 0 to 255. */
  brightness: number;
  /** Standard deviation of luma, 0 to about 127. */
  contrast: number;
  /** From the 5th to the 95th percentile of luma, 0 to 255. */
  spread: number;
  /** Variance of the Laplacian of luma: the usual measure of focus. */
  sharpness: number;
  /** Well-exposedness, 0 to 1: how near the pixels are to mid-grey. */
  exposure: number;
  /** Colourfulness M of Hasler and Suesstrunk, 0 to about 150. */
  colourfulness: number;
}

/** Luma of Rec. 601 from 8-bit RGB, into `luma`. */
export function toLuma(rgb: Uint8Array, luma: Uint8Array): void {
  for (let p = 0, i = 0; p < luma.length; p += 1, i += 3) {
    luma[p] = (77 * (rgb[i] ?? 0) + 150 * (rgb[i + 1] ?? 0) + 29 * (rgb[i + 2] ?? 0) + 128) >> 8;
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
export function measurePicture(rgb: Uint8Array, luma: Uint8Array, width: number): Picture {
  const histogram = new Uint32Array(256);
  for (const value of luma) histogram[value] = (histogram[value] ?? 0) + 1;
  const light = histogramMoments(histogram);
  const { rg, yb } = opponentMoments(rgb);
  return {
    brightness: light.mean,
    contrast: Math.sqrt(light.variance),
    sharpness: laplacianVariance(luma, width),
    spread: percentile(histogram, 0.95) - percentile(histogram, 0.05),
    exposure: wellExposedness(histogram),
    colourfulness: Math.sqrt(rg.variance + yb.variance) + 0.3 * Math.hypot(rg.mean, yb.mean),
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
  let pixels = 0;
  for (const [value, count] of histogram.entries()) {
    sum += count * value;
    squares += count * value * value;
    pixels += count;
  }
  return toMoments(sum, squares, pixels);
}

const WELL_EXPOSED = Float64Array.from({ length: 256 }, (_, l) => Math.exp(-((l / 255 - 0.5) ** 2) / 0.08));

function wellExposedness(histogram: Uint32Array): number {
  let sum = 0;
  let pixels = 0;
  for (const [value, count] of histogram.entries()) {
    sum += count * (WELL_EXPOSED[value] ?? 0);
    pixels += count;
  }
  return sum / pixels;
}

function percentile(histogram: Uint32Array, fraction: number): number {
  let left = fraction * histogram.reduce((sum, count) => sum + count, 0);
  for (const [value, count] of histogram.entries()) {
    left -= count;
    if (left <= 0) return value;
  }
  return 255;
}

function opponentMoments(rgb: Uint8Array): { rg: Moments; yb: Moments } {
  let rgSum = 0;
  let rgSquares = 0;
  let ybSum = 0;
  let ybSquares = 0;
  for (let i = 0; i < rgb.length; i += 3) {
    const r = rgb[i] ?? 0;
    const g = rgb[i + 1] ?? 0;
    const rg = r - g;
    const yb = (r + g) / 2 - (rgb[i + 2] ?? 0);
    rgSum += rg;
    rgSquares += rg * rg;
    ybSum += yb;
    ybSquares += yb * yb;
  }
  const pixels = rgb.length / 3;
  return { rg: toMoments(rgSum, rgSquares, pixels), yb: toMoments(ybSum, ybSquares, pixels) };
}

function laplacianVariance(luma: Uint8Array, width: number): number {
  const height = luma.length / width;
  let sum = 0;
  let squares = 0;
  for (let y = 1; y < height - 1; y += 1) {
    for (let p = y * width + 1; p < (y + 1) * width - 1; p += 1) {
      const across = (luma[p - 1] ?? 0) + (luma[p + 1] ?? 0);
      const down = (luma[p - width] ?? 0) + (luma[p + width] ?? 0);
      const value = across + down - 4 * (luma[p] ?? 0);
      sum += value;
      squares += value * value;
    }
  }
  return toMoments(sum, squares, (width - 2) * (height - 2)).variance;
}
