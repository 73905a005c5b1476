import { createRandom } from '../../random.ts';
import type { Picture } from './picture.ts';

/** Fills a rectangle of pixels with one luma and no colour. */
function fill(
  picture: Picture,
  left: number,
  top: number,
  width: number,
  height: number,
  luma: number,
  opacity = 1,
): void {
  const right = Math.min(picture.width, Math.round(left + width));
  const bottom = Math.min(picture.height, Math.round(top + height));
  for (let y = Math.max(0, Math.round(top)); y < bottom; y += 1) {
    for (let x = Math.max(0, Math.round(left)); x < right; x += 1) {
      const at = y * picture.width + x;
      const old = picture.y[at] ?? 0;
      picture.y[at] = old + (luma - old) * opacity;
      const half = (y >> 1) * (picture.width >> 1) + (x >> 1);
      picture.u[half] = (picture.u[half] ?? 0) + (128 - (picture.u[half] ?? 0)) * opacity;
      picture.v[half] = (picture.v[half] ?? 0) + (128 - (picture.v[half] ?? 0)) * opacity;
    }
  }
}

/** A line of what looks like letters from afar: upright strokes and bars, in words. */
function writeLine(
  picture: Picture,
  seed: number,
  left: number,
  top: number,
  width: number,
  size: number,
): void {
  const random = createRandom(seed);
  let x = left;
  while (x < left + width - size) {
    const letters = random.int(2, 9);
    for (let letter = 0; letter < letters && x < left + width - size; letter += 1) {
      const letterWidth = size * random.between(0.35, 0.7);
      fill(picture, x - 1, top - 1, size * 0.16 + 2, size + 2, 24, 0.7);
      fill(picture, x, top, Math.max(1, size * 0.16), size, 232);
      fill(
        picture,
        x,
        top + size * random.pick([0, 0.45, 0.85]),
        letterWidth * 0.8,
        Math.max(1, size * 0.16),
        232,
      );
      if (random.chance(0.5)) fill(picture, x + letterWidth * 0.65, top, Math.max(1, size * 0.16), size, 232);
      x += letterWidth + size * 0.15;
    }
    x += size * 0.5;
  }
}

export function drawSubtitle(picture: Picture, seed: number): void {
  const { width, height } = picture;
  const random = createRandom(seed);
  const size = Math.round(height * 0.055);
  const lines = random.int(1, 2);
  for (let line = 0; line < lines; line += 1) {
    const length = width * random.between(0.4, 0.75);
    const top = height * (0.9 - 0.08 * (lines - line));
    writeLine(picture, seed + line, (width - length) / 2, top, length, size);
  }
}

export function drawLowerThird(picture: Picture, seed: number): void {
  const { width, height } = picture;
  const random = createRandom(seed);
  const top = height * random.between(0.68, 0.76);
  const wide = width * random.between(0.5, 0.9);
  fill(picture, width * 0.05, top, wide, height * 0.19, random.chance(0.5) ? 40 : 190, 0.85);
  fill(picture, width * 0.05, top, wide, height * 0.02, 225);
  writeLine(picture, seed, width * 0.08, top + height * 0.045, wide * 0.8, Math.round(height * 0.06));
  writeLine(picture, seed + 1, width * 0.08, top + height * 0.125, wide * 0.6, Math.round(height * 0.04));
}

export function drawLogo(picture: Picture, seed: number): void {
  const { width, height } = picture;
  const size = Math.round(height * 0.07);
  fill(picture, width - size * 2.6, size * 0.7, size * 1.9, size, 200, 0.6);
  writeLine(picture, seed, width - size * 2.4, size * 0.9, size * 1.7, Math.round(size * 0.6));
}

/** Black bars above and below. */
export function drawLetterbox(picture: Picture): void {
  const { width, height } = picture;
  const bar = Math.round(height * 0.06) * 2;
  fill(picture, 0, 0, width, bar, 16);
  fill(picture, 0, height - bar, width, bar, 16);
}
