import type { Random } from '../../random.ts';
import type { Disturbance, DisturbanceKind } from './disturbance.ts';
import type { Style } from './style.ts';

type Direction = readonly [number, number];
const DIRECTIONS: readonly [Direction, ...Direction[]] = [
  [1, 0],
  [-1, 0],
  [1, 0.3],
  [-1, -0.2],
  [0, -1],
];

/** @param fps frames a second: what lasts by the clock lasts more frames where there are more of them */
export function planDisturbance(
  kind: DisturbanceKind,
  random: Random,
  { style, fps }: { style: Style; fps: number },
): Disturbance {
  const frames = (leastMs: number, mostMs: number) =>
    Math.max(2, Math.round((random.between(leastMs, mostMs) * fps) / 1000));
  const seed = random.int(1, 1_000_000);
  const from = 0;
  switch (kind) {
    case 'flash':
      return { kind, from, frames: random.int(...style.flash), strength: random.between(0.6, 1) };
    case 'strobe':
      return {
        kind,
        from,
        frames: frames(600, 1400),
        period: random.int(2, 5),
        strength: random.between(0.3, 0.9),
      };
    case 'lighting':
      return {
        kind,
        from,
        frames: random.int(1, 12),
        gain: random.pick([0.3, 0.45, 0.6, 1.5, 1.9, 2.4]),
        tint: [random.between(-14, 14), random.between(-14, 14)],
      };
    case 'flicker':
      return {
        kind,
        from,
        frames: frames(700, 1800),
        strength: random.between(0.3, 0.9),
        fireball: random.chance(0.6),
        seed,
      };
    case 'occluder':
      return {
        kind,
        from,
        frames: frames(350, 1000),
        dark: random.chance(0.5),
        direction: random.pick(DIRECTIONS),
        size: random.between(...style.occluder),
        seed,
      };
    case 'fast-object':
      return {
        kind,
        from,
        frames: frames(200, 600),
        direction: random.pick(DIRECTIONS),
        size: random.between(0.4, 0.9),
        seed,
      };
    case 'caption':
      return {
        kind,
        from,
        frames: frames(600, 1500),
        style: random.pick(['subtitle', 'lower-third']),
        seed,
      };
    case 'freeze': {
      const skips = random.chance(0.4);
      return { kind, from, frames: skips ? frames(120, 400) : frames(300, 1000), skips };
    }
    case 'shake':
      return { kind, from, frames: frames(400, 1200), by: random.between(4, 16), seed };
    case 'whip-pan':
      return {
        kind,
        from,
        frames: frames(250, 600),
        by: [random.sign() * random.between(...style.whip), random.between(-30, 30)],
      };
    case 'zoom':
      return {
        kind,
        from,
        frames: frames(250, 800),
        factor: random.chance(0.5) ? random.between(1.4, 2.2) : random.between(0.5, 0.72),
      };
    case 'defocus':
      return { kind, from, frames: frames(500, 1500), radius: random.between(5, 14) };
    case 'handheld':
    case 'dark-noise':
      return { kind, from, frames: frames(1500, 2500) };
  }
}

/** The kinds in turn, so that each comes about as often as the others. */
export const DISTURBANCE_KINDS: readonly DisturbanceKind[] = [
  'flash',
  'occluder',
  'whip-pan',
  'strobe',
  'lighting',
  'flicker',
  'fast-object',
  'shake',
  'zoom',
  'caption',
  'freeze',
  'defocus',
  'handheld',
  'dark-noise',
];
