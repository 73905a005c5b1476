import { FRAME } from '../ffmpeg/decode.ts';

/** A thumbnail is 32 x 18 pixels: each is the mean of 5 x 5 of the frame, so noise and small motion are gone. */
const CELL = 5;
const WIDTH = FRAME.width / CELL;
const HEIGHT = FRAME.height / CELL;
const PIXELS = WIDTH * HEIGHT;
/** Where in `rgb` the cell of each column of a frame begins. */
const CELL_OF_COLUMN = Uint8Array.from({ length: FRAME.width }, (_, x) => 3 * Math.floor(x / CELL));

/** Keeps a flat picture, which is all noise, from correlating with anything: about 0.6 grey levels of deviation. */
const FLAT = 200;

/** A frame made small. */
export interface Thumbnail {
  /** 0 to 255, three values a pixel. */
  rgb: Float32Array;
  luma: Float32Array;
  /** Luma at the frame's full size, for what depends on edges. */
  detail: Uint8Array;
}

/** @param fullLuma the luma of `frame`; copied, as both may be reused */
export function toThumbnail(frame: Uint8Array, fullLuma: Uint8Array): Thumbnail {
  const rgb = new Float32Array(PIXELS * 3);
  for (let y = 0, i = 0; y < FRAME.height; y += 1) {
    const row = Math.floor(y / CELL) * WIDTH * 3;
    for (let x = 0; x < FRAME.width; x += 1, i += 3) {
      const cell = row + (CELL_OF_COLUMN[x] ?? 0);
      rgb[cell] = (rgb[cell] ?? 0) + (frame[i] ?? 0);
      rgb[cell + 1] = (rgb[cell + 1] ?? 0) + (frame[i + 1] ?? 0);
      rgb[cell + 2] = (rgb[cell + 2] ?? 0) + (frame[i + 2] ?? 0);
    }
  }
  const luma = new Float32Array(PIXELS);
  for (let i = 0; i < rgb.length; i += 1) rgb[i] = (rgb[i] ?? 0) / (CELL * CELL);
  for (let p = 0; p < PIXELS; p += 1) {
    luma[p] = 0.299 * (rgb[3 * p] ?? 0) + 0.587 * (rgb[3 * p + 1] ?? 0) + 0.114 * (rgb[3 * p + 2] ?? 0);
  }
  return { rgb, luma, detail: fullLuma.slice() };
}

/** Mean absolute difference of colour, 0 to 255. */
export function colourDistance(a: Thumbnail, b: Thumbnail): number {
  let sum = 0;
  for (let i = 0; i < a.rgb.length; i += 1) sum += Math.abs((a.rgb[i] ?? 0) - (b.rgb[i] ?? 0));
  return sum / a.rgb.length;
}

/** Normalised cross-correlation of luma, -1 to 1: 1 for the same picture, brighter or darker; about 0 for two others. */
export function correlation(a: Thumbnail, b: Thumbnail): number {
  let sumA = 0;
  let sumB = 0;
  let squaresA = 0;
  let squaresB = 0;
  let products = 0;
  for (let p = 0; p < PIXELS; p += 1) {
    const x = a.luma[p] ?? 0;
    const y = b.luma[p] ?? 0;
    sumA += x;
    sumB += y;
    squaresA += x * x;
    squaresB += y * y;
    products += x * y;
  }
  const varianceA = squaresA - (sumA * sumA) / PIXELS + FLAT;
  const varianceB = squaresB - (sumB * sumB) / PIXELS + FLAT;
  return (products - (sumA * sumB) / PIXELS) / Math.sqrt(varianceA * varianceB);
}
