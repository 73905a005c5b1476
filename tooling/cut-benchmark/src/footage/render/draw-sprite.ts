import { SPRITE, type Sprite } from '../scene/sprite.ts';
import { toShare } from './opacity.ts';
import type { Picture } from './picture.ts';

/** Where a sprite goes, in pixels: its middle and its size. */
export interface Place {
  x: number;
  y: number;
  width: number;
  height: number;
  /** Multiplies its opacity, 0 to 1. */
  opacity?: number;
}

/** Draws a sprite upright, scaled, bilinearly in luma, over what is there. */
export function drawSpriteAt(picture: Picture, sprite: Sprite, place: Place): void {
  const { width, height } = picture;
  const left = place.x - place.width / 2;
  const top = place.y - place.height / 2;
  const fromX = Math.max(0, Math.ceil(left));
  const toX = Math.min(width, Math.floor(left + place.width));
  const fromY = Math.max(0, Math.ceil(top));
  const toY = Math.min(height, Math.floor(top + place.height));
  if (fromX >= toX || fromY >= toY) return;
  const stepX = SPRITE / place.width;
  const stepY = SPRITE / place.height;
  const strength = Math.round(256 * (place.opacity ?? 1));
  const last = SPRITE - 1;

  for (let y = fromY; y < toY; y += 1) {
    const spriteY = Math.min(last, (y - top) * stepY);
    const row = spriteY | 0;
    const upper = row * SPRITE;
    const lower = Math.min(last, row + 1) * SPRITE;
    const down = ((spriteY - row) * 256) | 0;
    const isChromaRow = (y & 1) === 0;
    for (let x = fromX; x < toX; x += 1) {
      const spriteX = Math.min(last, (x - left) * stepX);
      const column = spriteX | 0;
      const next = Math.min(last, column + 1);
      const across = ((spriteX - column) * 256) | 0;
      const opacity =
        (toShare(bilinear(sprite.alpha, upper, lower, column, next, across, down)) * strength) >> 8;
      if (opacity === 0) continue;
      const at = y * width + x;
      const value = bilinear(sprite.y, upper, lower, column, next, across, down);
      const old = picture.y[at] ?? 0;
      picture.y[at] = old + (((value - old) * opacity) >> 8);
      if (!isChromaRow || (x & 1) !== 0) continue;
      const half = (y >> 1) * (width >> 1) + (x >> 1);
      const oldU = picture.u[half] ?? 0;
      const oldV = picture.v[half] ?? 0;
      picture.u[half] = oldU + ((((sprite.u[upper + column] ?? 0) - oldU) * opacity) >> 8);
      picture.v[half] = oldV + ((((sprite.v[upper + column] ?? 0) - oldV) * opacity) >> 8);
    }
  }
}

function bilinear(
  texels: Uint8Array,
  upper: number,
  lower: number,
  column: number,
  next: number,
  across: number,
  down: number,
): number {
  const above = (texels[upper + column] ?? 0) * (256 - across) + (texels[upper + next] ?? 0) * across;
  const below = (texels[lower + column] ?? 0) * (256 - across) + (texels[lower + next] ?? 0) * across;
  return (above * (256 - down) + below * down) >> 16;
}
