import { createRandom } from '../../random.ts';
import type { Disturbance } from '../plan/disturbance.ts';

/** What the light adds to a shot's own exposure. */
export interface Light {
  gain: number;
  tint: [number, number];
  /** Of a flash that covers everything: mixed in as white, 0 to 1. */
  glare: number;
}

/** @param frame of the shot */
export function lightAt(disturbances: readonly Disturbance[], frame: number): Light {
  const light: Light = { gain: 1, tint: [0, 0], glare: 0 };
  for (const disturbance of disturbances) shine(light, disturbance, frame - disturbance.from);
  return light;
}

function shine(light: Light, disturbance: Disturbance, frame: number): void {
  if (frame < 0) return;
  const within = frame < disturbance.frames;
  switch (disturbance.kind) {
    case 'flash':
      if (within) flash(light, disturbance.strength * (1 - frame / disturbance.frames));
      break;
    case 'strobe':
      if (within && frame % disturbance.period < disturbance.period / 2) flash(light, disturbance.strength);
      break;
    case 'lighting': {
      const share = Math.min(1, (frame + 1) / disturbance.frames);
      light.gain *= 1 + (disturbance.gain - 1) * share;
      light.tint = [light.tint[0] + disturbance.tint[0] * share, light.tint[1] + disturbance.tint[1] * share];
      break;
    }
    case 'flicker': {
      if (!within) break;
      const random = createRandom(disturbance.seed + frame);
      light.gain *= 1 + disturbance.strength * random.between(-0.5, 1);
      const warm = disturbance.strength * random.between(8, 20);
      light.tint = [light.tint[0] - warm, light.tint[1] + warm];
      break;
    }
    default:
  }
}

function flash(light: Light, strength: number): void {
  light.gain *= 1 + 2.2 * strength;
  light.glare = Math.max(light.glare, strength * strength * 0.75);
}
