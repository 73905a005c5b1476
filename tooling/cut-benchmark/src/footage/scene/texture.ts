import { type Field, FIELD } from './field.ts';
import type { Ramp } from './palette.ts';

/** A layer's surface: FIELD-sized luma, chroma at half of that, and how much of what is behind it hides. */
export interface Texture {
  y: Uint8Array;
  u: Uint8Array;
  v: Uint8Array;
  /** 0 to 255 for each texel; null where all of it is opaque. */
  alpha: Uint8Array | null;
}

export interface Surface {
  /** Fields and their weights: their sum decides the colour in the ramp. */
  of: readonly (readonly [Field, number])[];
  ramp: Ramp;
  /** Added to the sum by row, as a fraction of the height from 0 at the top: for light from above, say. */
  shade?: (down: number) => number;
  /** Where this field is above its threshold, the other ramp holds. */
  other?: { ramp: Ramp; where: Field; above: number };
  alpha?: Uint8Array | null;
  /** Moved by so many texels against its fields, so that layers of the same fields do not line up. */
  shift?: readonly [number, number];
}

export function paint({ of, ramp, shade, other, alpha = null, shift = [0, 0] }: Surface): Texture {
  const { width, height, texels } = FIELD;
  const values = mixFields(of, shade, shift);
  const isOther = (at: number) => other !== undefined && (other.where[at] ?? 0) > other.above;
  const y = new Uint8Array(texels);
  for (let at = 0; at < texels; at += 1) {
    const colours = isOther(at) && other ? other.ramp : ramp;
    y[at] = colours.y[values[at] ?? 0] ?? 0;
  }
  const u = new Uint8Array(texels / 4);
  const v = new Uint8Array(texels / 4);
  let half = 0;
  for (let row = 0; row < height; row += 2) {
    for (let column = 0; column < width; column += 2) {
      const at = row * width + column;
      const colours = isOther(at) && other ? other.ramp : ramp;
      const value = values[at] ?? 0;
      u[half] = colours.u[value] ?? 0;
      v[half] = colours.v[value] ?? 0;
      half += 1;
    }
  }
  return { y, u, v, alpha };
}

function mixFields(
  of: Surface['of'],
  shade: Surface['shade'],
  [shiftX, shiftY]: readonly [number, number],
): Uint8Array {
  const { width, height, texels } = FIELD;
  const values = new Uint8Array(texels);
  let total = 0;
  for (const [, weight] of of) total += weight;
  for (let row = 0; row < height; row += 1) {
    const from = ((row + shiftY) & (height - 1)) * width;
    const shading = shade ? shade(row / height) * 255 : 0;
    for (let column = 0; column < width; column += 1) {
      const at = from + ((column + shiftX) & (width - 1));
      let sum = 0;
      for (const [field, weight] of of) sum += (field[at] ?? 0) * weight;
      const value = sum / total + shading;
      values[row * width + column] = value < 0 ? 0 : value > 255 ? 255 : value;
    }
  }
  return values;
}

/** Opaque below a horizon that rises and falls with a row of the field; `level` and `relief` are fractions of the height. */
export function belowHorizon(field: Field, level: number, relief: number): Uint8Array {
  const { width, height, texels } = FIELD;
  const alpha = new Uint8Array(texels);
  for (let column = 0; column < width; column += 1) {
    const horizon = (level + relief * ((field[column] ?? 0) / 255 - 0.5)) * height;
    for (let row = Math.max(0, Math.floor(horizon)); row < height; row += 1) {
      alpha[row * width + column] = Math.min(255, (row - horizon) * 170);
    }
  }
  return alpha;
}

/** Opaque where the field is above the threshold, with soft edges. */
export function above(field: Field, threshold: number, softness = 12): Uint8Array {
  const alpha = new Uint8Array(FIELD.texels);
  for (let at = 0; at < alpha.length; at += 1) {
    alpha[at] = Math.max(0, Math.min(255, (((field[at] ?? 0) - threshold) / softness) * 255));
  }
  return alpha;
}

/** Upright bars: pillars, trunks, beams. Widths and gaps in texels, `opacity` 0 to 1. */
export function bars(
  field: Field,
  { width, gap, wobble, opacity = 1 }: { width: number; gap: number; wobble: number; opacity?: number },
): Uint8Array {
  const alpha = new Uint8Array(FIELD.texels);
  const period = width + gap;
  for (let row = 0; row < FIELD.height; row += 1) {
    for (let column = 0; column < FIELD.width; column += 1) {
      const bend = (((field[(row >> 1) * FIELD.width + (column & ~63)] ?? 0) - 128) / 128) * wobble;
      const across = (((column + bend) % period) + period) % period;
      if (across < width)
        alpha[row * FIELD.width + column] = opacity * Math.min(255, Math.min(across, width - across) * 200);
    }
  }
  return alpha;
}
