import { type Random } from '../../random.ts';
import { type Field, FIELD } from './field.ts';
import type { Ramp } from './palette.ts';

/** Sprites are squares of this many texels a side. */
export const SPRITE = 128;

/** Something with a shape of its own: luma, chroma and opacity for each of its texels. */
export interface Sprite {
  y: Uint8Array;
  u: Uint8Array;
  v: Uint8Array;
  alpha: Uint8Array;
}

export type SpriteShape = 'blob' | 'figure' | 'head' | 'vehicle' | 'glow' | 'slab';

/** How deep inside the shape a point is, above 0 within; the point's coordinates run from -1 to 1. */
type Depth = (x: number, y: number) => number;

const box = (x: number, y: number, cx: number, cy: number, halfWidth: number, halfHeight: number) =>
  Math.min(halfWidth - Math.abs(x - cx), halfHeight - Math.abs(y - cy));
const ellipse = (x: number, y: number, cx: number, cy: number, rx: number, ry: number) =>
  (1 - Math.hypot((x - cx) / rx, (y - cy) / ry)) * Math.min(rx, ry);

function depthOf(shape: SpriteShape, random: Random): Depth {
  const waves = Array.from({ length: 4 }, (_, i) => ({
    strength: random.between(0.02, 0.12),
    phase: random.between(0, 6.28),
    n: i + 2,
  }));
  const build = random.between(0.85, 1.15);
  switch (shape) {
    case 'blob':
      return (x, y) => {
        const angle = Math.atan2(y, x);
        let edge = 0.78;
        for (const { strength, phase, n } of waves) edge += strength * Math.sin(n * angle + phase);
        return edge - Math.hypot(x, y);
      };
    case 'figure':
      return (x, y) =>
        Math.max(
          ellipse(x, y, 0, -0.72, 0.16 * build, 0.21),
          box(x, y, 0, -0.12, 0.27 * build, 0.42) - 0.04 * Math.abs(y),
          box(x, y, -0.14, 0.6, 0.11 * build, 0.38),
          box(x, y, 0.14, 0.6, 0.11 * build, 0.38),
        );
    case 'head':
      return (x, y) =>
        Math.max(
          ellipse(x, y, 0, -0.34, 0.34 * build, 0.48),
          box(x, y, 0, 0.25, 0.16 * build, 0.3),
          ellipse(x, y, 0, 1.05, 0.92 * build, 0.72),
        );
    case 'vehicle':
      return (x, y) =>
        Math.max(
          box(x, y, 0, 0.15, 0.95, 0.25),
          box(x, y, -0.05, -0.2, 0.5 * build, 0.25),
          ellipse(x, y, -0.55, 0.42, 0.2, 0.2),
          ellipse(x, y, 0.55, 0.42, 0.2, 0.2),
        );
    case 'glow':
      return (x, y) => 0.95 - Math.hypot(x, y);
    case 'slab':
      return (x, y) =>
        Math.min(box(x, y, 0, 0, 0.92, 0.92), 0.9 + 0.12 * Math.sin(7 * y + (waves[0]?.phase ?? 0)) - x);
  }
}

/** How far from its edge a shape becomes opaque, in its own units. */
const SOFTNESS: Record<SpriteShape, number> = {
  blob: 0.05,
  figure: 0.03,
  head: 0.03,
  vehicle: 0.02,
  glow: 0.9,
  slab: 0.12,
};

/** @param detail what decides the colour in the ramp, from a place of its own in the field */
export function drawSprite(shape: SpriteShape, random: Random, detail: Field, colours: Ramp): Sprite {
  const depth = depthOf(shape, random);
  const shiftX = random.int(0, FIELD.width - 1);
  const shiftY = random.int(0, FIELD.height - 1);
  const light = random.between(-70, 70);
  const clothes = random.between(-60, 60);
  const y = new Uint8Array(SPRITE * SPRITE);
  const u = new Uint8Array(SPRITE * SPRITE);
  const v = new Uint8Array(SPRITE * SPRITE);
  const alpha = new Uint8Array(SPRITE * SPRITE);
  for (let row = 0; row < SPRITE; row += 1) {
    for (let column = 0; column < SPRITE; column += 1) {
      const px = (2 * column + 1) / SPRITE - 1;
      const py = (2 * row + 1) / SPRITE - 1;
      const inside = depth(px, py);
      const at = row * SPRITE + column;
      alpha[at] = Math.max(0, Math.min(255, (inside / SOFTNESS[shape]) * 255));
      const from =
        ((row + shiftY) & (FIELD.height - 1)) * FIELD.width + ((column + shiftX) & (FIELD.width - 1));
      const part = (shape === 'figure' || shape === 'head') && py > -0.05 ? clothes : 0;
      const shaded =
        (detail[from] ?? 0) * 0.55 + 70 + light * px + part + (shape === 'glow' ? 90 * inside : 0);
      const value = Math.max(0, Math.min(255, Math.round(shaded)));
      y[at] = colours.y[value] ?? 0;
      u[at] = colours.u[value] ?? 0;
      v[at] = colours.v[value] ?? 0;
    }
  }
  return { y, u, v, alpha };
}
