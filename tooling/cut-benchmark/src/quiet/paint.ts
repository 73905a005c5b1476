import type { Random } from '../random.ts';
import { createPicture, type Picture } from '../footage/render/picture.ts';

export interface Colour {
  y: number;
  u: number;
  v: number;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const copyOf = (picture: Picture): Picture => {
  const copy = createPicture(picture.width, picture.height);
  copy.bytes.set(picture.bytes);
  return copy;
};

/** What lies outside of the picture is left out. */
export function fillBox(picture: Picture, box: Box, { y, u, v }: Colour): void {
  const { width, height } = picture;
  const [left, right] = [Math.max(0, box.x), Math.min(width, box.x + box.width)];
  for (let row = Math.max(0, box.y); row < Math.min(height, box.y + box.height); row += 1) {
    if (right <= left) return;
    picture.y.fill(y, row * width + left, row * width + right);
    if (row % 2 === 1) continue;
    const at = (row / 2) * (width / 2);
    picture.u.fill(u, at + (left >> 1), at + ((right + 1) >> 1));
    picture.v.fill(v, at + (left >> 1), at + ((right + 1) >> 1));
  }
}

/** An ellipse, of which every other row is a little darker, so that it has some detail. */
export function fillEllipse(picture: Picture, box: Box, colour: Colour): void {
  const half = box.height / 2;
  for (let row = 0; row < box.height; row += 1) {
    const reach = Math.round((box.width / 2) * Math.sqrt(Math.max(0, 1 - ((row + 0.5 - half) / half) ** 2)));
    const x = Math.round(box.x + box.width / 2 - reach);
    const stripe = { ...colour, y: colour.y - (row % 8 < 4 ? 0 : 12) };
    fillBox(picture, { x, y: box.y + row, width: 2 * reach, height: 1 }, stripe);
  }
}

const anyColour = (random: Random, from: number, to: number): Colour => ({
  y: random.int(from, to),
  u: random.int(90, 165),
  v: random.int(90, 165),
});

/** A place that was never seen: a wall and a floor, things of all sizes before them, and a fine grain on all. */
export function paintPlace(picture: Picture, random: Random): void {
  const { width, height } = picture;
  const [dark, light] = random.pick<readonly [number, number]>([
    [40, 120],
    [70, 170],
    [110, 220],
  ]);
  const horizon = random.int(height * 0.4, height * 0.8);
  fillBox(picture, { x: 0, y: 0, width, height: horizon }, anyColour(random, dark, light));
  fillBox(picture, { x: 0, y: horizon, width, height }, anyColour(random, dark, light));
  for (let n = 0; n < 60; n += 1) {
    const size = { width: random.int(20, width / 4), height: random.int(20, height / 3) };
    const place = { x: random.int(-20, width), y: random.int(-20, height) };
    fillBox(picture, { ...place, ...size }, anyColour(random, dark, light));
  }
  for (let p = 0; p < picture.y.length; p += 1)
    picture.y[p] = Math.min(235, (picture.y[p] ?? 0) + random.int(-6, 6));
}

const GLYPH = { width: 10, height: 18 } as const;
const LINE = 28;

/** A row of what looks like writing, some 10 x 18 pixels a letter. @returns where the row ends */
export function writeRow(picture: Picture, random: Random, at: { x: number; y: number }, letters: number) {
  for (let n = 0; n < letters; n += 1) {
    if (!random.chance(0.17)) writeLetter(picture, random, { x: at.x + n * (GLYPH.width + 3), y: at.y });
  }
  return at.x + letters * (GLYPH.width + 3);
}

/** Three strokes of seven. */
export function writeLetter(picture: Picture, random: Random, { x, y }: { x: number; y: number }): void {
  const ink = { y: 40, u: 128, v: 128 };
  const { width, height } = GLYPH;
  for (let n = 0; n < 3; n += 1) {
    const isUpright = random.chance(0.5);
    const stroke = isUpright ? { width: 2, height: height / 2 } : { width, height: 2 };
    const place = { x: x + (isUpright ? random.pick([0, 4, 8]) : 0), y: y + random.pick([0, 8, 16]) };
    fillBox(picture, { ...place, ...stroke, height: Math.min(stroke.height, y + height - place.y) }, ink);
  }
}

/** Rows of writing from top to bottom. */
export function writePage(picture: Picture, random: Random, { x, y, width, height }: Box): void {
  for (let row = y; row + GLYPH.height <= y + height; row += LINE) {
    if (random.chance(0.12)) continue;
    writeRow(picture, random, { x, y: row }, random.int(10, Math.floor(width / (GLYPH.width + 3))));
  }
}

/** Adds a sensor's noise: another each time. */
export class Sensor {
  readonly #noise: Int8Array;
  readonly #random: Random;

  /** @param strength grey levels that it deviates by at most; @param random of the noise alone */
  constructor(pixels: number, strength: number, random: Random) {
    this.#random = random;
    // The sum of two even chances: a triangle, near enough to what sensors make.
    this.#noise = Int8Array.from({ length: 2 * pixels }, () =>
      Math.round(random.between(-strength, strength) / 2 + random.between(-strength, strength) / 2),
    );
  }

  /** @param light multiplies the luma of `scene`; @param into is filled */
  expose(scene: Picture, light: number, into: Picture): void {
    const offset = this.#random.int(0, this.#noise.length - scene.y.length);
    const levels = Uint8Array.from({ length: 256 }, (_, luma) =>
      Math.max(16, Math.min(235, 16 + (luma - 16) * light)),
    );
    for (let p = 0; p < scene.y.length; p += 1)
      into.y[p] = Math.max(16, (levels[scene.y[p] ?? 0] ?? 0) + (this.#noise[offset + p] ?? 0));
    into.u.set(scene.u);
    into.v.set(scene.v);
  }
}
