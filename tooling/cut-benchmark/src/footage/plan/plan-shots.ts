import type { Random } from '../../random.ts';
import type { FamilyName } from '../families/index.ts';
import type { Disturbance } from './disturbance.ts';
import type { Style } from './style.ts';
import type { CameraPlan, ShotPlan, TransitionPlan } from './video-plan.ts';

/** What the transitions and the events around a shot ask of it. */
export interface ShotWishes {
  /** Frames alone. */
  frames: number;
  dark: boolean;
  fast: boolean;
  handheld: boolean;
  /** Another view of the place before. */
  samePlace: boolean;
  disturbances: readonly Disturbance[];
}

/** Where little light is left to take away. */
const DARK_PLACES = new Set<FamilyName>(['night', 'stage']);

/** What a transition asks of the shots on both sides of it. */
export function wishesOf(transition: TransitionPlan | undefined): { dark: boolean; fast: boolean } {
  const condition = transition?.kind === 'cut' ? transition.condition : 'plain';
  return { dark: condition === 'dark', fast: condition === 'fast-motion' };
}

export function planShot(
  random: Random,
  style: Style,
  wishes: ShotWishes,
  before: ShotPlan | undefined,
): ShotPlan {
  const { frames, dark, samePlace, disturbances } = wishes;
  const camera = planCamera(random, style, wishes);
  const light = { exposure: random.between(0.85, 1.1), noise: random.between(0.7, 1.3) };
  const actorsAt = random.between(0, 60);
  const others = style.families.filter((family) => family !== before?.family);
  const place =
    samePlace && before
      ? { family: before.family, sceneSeed: before.sceneSeed }
      : {
          family: random.pick(random.chance(0.7) ? asChoices(others, style.families[0]) : style.families),
          sceneSeed: random.int(1, 2 ** 31),
        };
  const darkening = DARK_PLACES.has(place.family) ? random.between(0.6, 0.9) : random.between(0.2, 0.42);
  const lit = dark ? { exposure: darkening, noise: random.between(1.5, 2.5) } : light;
  if (!samePlace || !before) return { ...place, camera, actorsAt, frames, ...lit, disturbances };
  // Far enough away that no piece of the picture stays, and seen larger or smaller.
  const at = [before.camera.at[0] + random.sign() * random.between(330, 500), camera.at[1]] as const;
  const zoom = before.camera.zoom * random.pick([0.65, 0.75, 1.35, 1.6]);
  return {
    ...place,
    camera: { ...camera, at, zoom: Math.min(2, Math.max(0.7, zoom)) },
    actorsAt,
    frames,
    exposure: before.exposure,
    noise: before.noise,
    disturbances,
  };
}

const asChoices = <T>([first, ...others]: readonly T[], otherwise: T): [T, ...T[]] => [
  first ?? otherwise,
  ...others,
];

function planCamera(random: Random, style: Style, { fast, handheld }: ShotWishes): CameraPlan {
  const still = {
    at: [random.between(0, 1024), random.between(-18, 18)] as const,
    pan: [0, 0] as const,
    zoom: random.between(...style.zoom),
    zoomRate: 1,
    sway: random.between(0, 0.6),
    seed: random.int(1, 2 ** 31),
  };
  if (fast) {
    const pan = [random.sign() * random.between(140, 360), random.between(-20, 20)] as const;
    return { ...still, pan, sway: random.between(1, 5) };
  }
  if (handheld) return { ...still, sway: random.between(6, 14) };
  switch (random.pick(['still', 'sway', 'pan', 'pan', 'tilt', 'zoom'])) {
    case 'sway':
      return { ...still, sway: random.between(1.5, 5) };
    case 'pan':
      return { ...still, pan: [random.sign() * random.between(...style.pan), random.between(-4, 4)] };
    case 'tilt':
      return { ...still, pan: [random.between(-4, 4), random.sign() * random.between(5, 16)] };
    case 'zoom':
      return { ...still, zoomRate: random.pick([0.9, 0.95, 1.06, 1.12]) };
    default:
      return still;
  }
}
