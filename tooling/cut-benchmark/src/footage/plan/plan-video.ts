import type { Random } from '../../random.ts';
import type { Disturbance } from './disturbance.ts';
import { planShot, wishesOf } from './plan-shots.ts';
import type { Style } from './style.ts';
import type { ShotPlan, TransitionPlan, VideoPlan } from './video-plan.ts';

export interface VideoWishes {
  kind: VideoPlan['kind'];
  transitions: readonly TransitionPlan[];
  /** Least and greatest length of a shot alone, in ms. */
  shotMs: readonly [number, number];
  /** What happens in each shot, by its index. */
  disturbances?: (shot: number) => readonly Disturbance[];
}

/** Frames between a disturbance and a transition or another one, so that it is clear which of them was found. */
const APART = 14;
/** A shot that is called short has so many frames. */
const SHORT = [8, 15] as const;

const FORMATS = [
  [426, 240],
  [426, 240],
  [426, 240],
  [320, 180],
  [320, 180],
  [480, 270],
  [640, 360],
] as const;
const RATES = [
  [24, 1],
  [25, 1],
  [25, 1],
  [30_000, 1001],
  [30, 1],
  [24_000, 1001],
  [50, 1],
] as const;

export type VideoFormat = Pick<VideoPlan, 'width' | 'height' | 'fps' | 'letterbox' | 'logo'>;

export function planFormat(random: Random, index: number): VideoFormat {
  const [width, height] = index % 12 === 11 ? ([854, 480] as const) : random.pick(FORMATS);
  return {
    width,
    height,
    fps: RATES[index % RATES.length] ?? RATES[0],
    letterbox: random.chance(0.12),
    logo: random.chance(0.25),
  };
}

/** The shots between the transitions, each as its neighbours ask. */
export function planShots(
  random: Random,
  style: Style,
  { transitions, shotMs, disturbances }: VideoWishes,
  { fps }: VideoFormat,
): ShotPlan[] {
  const shots: ShotPlan[] = [];
  const toFrames = (ms: number) => Math.round((ms * fps[0]) / fps[1] / 1000);
  for (let i = 0; i <= transitions.length; i += 1) {
    const into = transitions[i - 1];
    const outOf = transitions[i];
    const conditionOf = (transition: TransitionPlan | undefined) =>
      transition?.kind === 'cut' ? transition.condition : undefined;
    const isShort = conditionOf(into) === 'short-shot';
    const events = arrange(disturbances?.(i) ?? []);
    const alone = isShort ? random.int(...SHORT) : toFrames(random.between(...shotMs));
    const frames = Math.max(alone, events.end);
    const atEdges = isShort ? [] : besideCuts(random, frames, conditionOf(into), conditionOf(outOf));
    const kinds = new Set(events.disturbances.map(({ kind }) => kind));
    shots.push(
      planShot(
        random,
        style,
        {
          frames,
          dark: wishesOf(into).dark || wishesOf(outOf).dark || kinds.has('dark-noise'),
          fast: wishesOf(into).fast || wishesOf(outOf).fast,
          handheld: kinds.has('handheld'),
          samePlace: conditionOf(into) === 'similar',
          disturbances: [...events.disturbances, ...atEdges],
        },
        shots.at(-1),
      ),
    );
  }
  return shots;
}

/** One after the other, with room between them. */
function arrange(disturbances: readonly Disturbance[]): { disturbances: Disturbance[]; end: number } {
  let end = 0;
  const placed = disturbances.map((disturbance) => {
    const from = end + APART;
    end = from + disturbance.frames;
    return { ...disturbance, from };
  });
  return { disturbances: placed, end: placed.length === 0 ? 0 : end + APART };
}

const CAPTION_FRAMES = 18;

/** Flashes near to cuts, and captions over them. */
function besideCuts(
  random: Random,
  frames: number,
  into: string | undefined,
  outOf: string | undefined,
): Disturbance[] {
  const all: Disturbance[] = [];
  const flash = () =>
    ({ kind: 'flash', frames: random.int(1, 3), strength: random.between(0.6, 1) }) as const;
  if (into === 'beside-flash') all.push({ ...flash(), from: random.int(3, 8) });
  if (outOf === 'beside-flash' && frames > 30) all.push({ ...flash(), from: frames - random.int(6, 10) });
  const caption = { kind: 'caption', style: 'subtitle', seed: 5, frames: CAPTION_FRAMES } as const;
  if (into === 'under-caption') all.push({ ...caption, from: 0 });
  if (outOf === 'under-caption') all.push({ ...caption, from: Math.max(0, frames - CAPTION_FRAMES) });
  return all;
}
