import { FIELD } from '../scene/field.ts';
import type { Layer } from '../scene/scene.ts';
import { toShare } from './opacity.ts';
import type { Picture } from './picture.ts';
import type { View } from './view.ts';

const COLUMN_MASK = FIELD.width - 1;
const ROW_MASK = FIELD.height - 1;
/** Texels are counted in steps of 1/65536, so that a row is walked with whole numbers. */
const ONE = 65_536;

/** Draws a layer as the view sees it, bilinearly, over what is there. */
export function drawLayer(picture: Picture, layer: Layer, view: View): void {
  const { width, height, y, u, v } = picture;
  const { texture, parallax, drift } = layer;
  const { scale, cos, sin, seconds } = view;
  const centreX = FIELD.width / 2 + view.x * parallax + drift[0] * seconds;
  const centreY = FIELD.height / 2 + view.y * parallax + drift[1] * seconds;
  const stepX = Math.round(cos * scale * ONE);
  const stepY = Math.round(sin * scale * ONE);
  for (let row = 0; row < height; row += 1) {
    const px = -width / 2;
    const py = row - height / 2;
    const fromX = Math.round((centreX + (px * cos - py * sin) * scale) * ONE);
    const fromY = Math.round((centreY + (px * sin + py * cos) * scale) * ONE);
    if (texture.alpha) blendRow(y, row * width, width, texture.y, texture.alpha, fromX, fromY, stepX, stepY);
    else copyRow(y, row * width, width, texture.y, fromX, fromY, stepX, stepY);
    if ((row & 1) === 0) {
      const at = (row >> 1) * (width >> 1);
      drawChromaRow(u, v, at, width >> 1, layer, fromX, fromY, 2 * stepX, 2 * stepY);
    }
  }
}

function copyRow(
  target: Uint8Array,
  from: number,
  count: number,
  texels: Uint8Array,
  fromX: number,
  fromY: number,
  stepX: number,
  stepY: number,
): void {
  let x = fromX;
  let y = fromY;
  const end = from + count;
  for (let at = from; at < end; at += 1) {
    const left = (x >> 16) & COLUMN_MASK;
    const right = (left + 1) & COLUMN_MASK;
    const upper = ((y >> 16) & ROW_MASK) * FIELD.width;
    const lower = (((y >> 16) + 1) & ROW_MASK) * FIELD.width;
    const across = (x >> 8) & 255;
    const down = (y >> 8) & 255;
    const above = (texels[upper + left] ?? 0) * (256 - across) + (texels[upper + right] ?? 0) * across;
    const below = (texels[lower + left] ?? 0) * (256 - across) + (texels[lower + right] ?? 0) * across;
    target[at] = (above * (256 - down) + below * down) >> 16;
    x += stepX;
    y += stepY;
  }
}

function blendRow(
  target: Uint8Array,
  from: number,
  count: number,
  texels: Uint8Array,
  alpha: Uint8Array,
  fromX: number,
  fromY: number,
  stepX: number,
  stepY: number,
): void {
  let x = fromX;
  let y = fromY;
  const end = from + count;
  for (let at = from; at < end; at += 1) {
    const left = (x >> 16) & COLUMN_MASK;
    const right = (left + 1) & COLUMN_MASK;
    const upper = ((y >> 16) & ROW_MASK) * FIELD.width;
    const lower = (((y >> 16) + 1) & ROW_MASK) * FIELD.width;
    const across = (x >> 8) & 255;
    const down = (y >> 8) & 255;
    x += stepX;
    y += stepY;
    const a1 = alpha[upper + left] ?? 0;
    const a2 = alpha[lower + right] ?? 0;
    if (a1 === 0 && a2 === 0) continue;
    const alphaAbove = a1 * (256 - across) + (alpha[upper + right] ?? 0) * across;
    const alphaBelow = (alpha[lower + left] ?? 0) * (256 - across) + a2 * across;
    const opacity = toShare((alphaAbove * (256 - down) + alphaBelow * down) >> 16);
    const above = (texels[upper + left] ?? 0) * (256 - across) + (texels[upper + right] ?? 0) * across;
    const below = (texels[lower + left] ?? 0) * (256 - across) + (texels[lower + right] ?? 0) * across;
    const value = (above * (256 - down) + below * down) >> 16;
    const old = target[at] ?? 0;
    target[at] = old + (((value - old) * opacity) >> 8);
  }
}

function drawChromaRow(
  targetU: Uint8Array,
  targetV: Uint8Array,
  from: number,
  count: number,
  { texture: { u, v, alpha } }: Layer,
  fromX: number,
  fromY: number,
  stepX: number,
  stepY: number,
): void {
  let x = fromX;
  let y = fromY;
  const end = from + count;
  for (let at = from; at < end; at += 1) {
    const column = (x >> 16) & COLUMN_MASK;
    const row = (y >> 16) & ROW_MASK;
    x += stepX;
    y += stepY;
    const texel = (row >> 1) * (FIELD.width / 2) + (column >> 1);
    const opacity = alpha ? toShare(alpha[row * FIELD.width + column] ?? 0) : 256;
    if (opacity === 0) continue;
    const oldU = targetU[at] ?? 0;
    const oldV = targetV[at] ?? 0;
    targetU[at] = oldU + ((((u[texel] ?? 0) - oldU) * opacity) >> 8);
    targetV[at] = oldV + ((((v[texel] ?? 0) - oldV) * opacity) >> 8);
  }
}
