import { createRandom, type Random, seedFor } from '../../random.ts';
import type { Disturbance } from './disturbance.ts';
import { encodings } from './encodings.ts';
import { DISTURBANCE_KINDS, planDisturbance } from './plan-disturbance.ts';
import { type GradualKind, planGradual } from './plan-transition.ts';
import { planFormat, planShots, type VideoFormat, type VideoWishes } from './plan-video.ts';
import { type Split, type Style, STYLES } from './style.ts';
import type { CutCondition, TransitionPlan, VideoKind, VideoPlan } from './video-plan.ts';

/** Changes whenever the same seed gives other videos. */
export const GENERATOR_VERSION = 1;

/** How many videos of each kind one half has. */
const VIDEOS: readonly (readonly [VideoKind, number])[] = [
  ['cuts', 9],
  ['gradual', 11],
  ['distractors', 10],
  ['hard-cases', 9],
  ['mixed', 6],
];

const GRADUAL: readonly GradualKind[] = ['dissolve', 'fade', 'wipe'];
const CONDITIONS: readonly CutCondition[] = [
  'similar',
  'dark',
  'fast-motion',
  'short-shot',
  'beside-flash',
  'under-caption',
];

/** The videos of one half of the set. The same seed gives the same ones. */
export function planSet(split: Split, seed: number): VideoPlan[] {
  const setSeed = seedFor(seed, split);
  const encodingOf = encodings(createRandom(setSeed));
  const inTurn = createTurns();
  let index = 0;
  return VIDEOS.flatMap(([kind, count]) =>
    Array.from({ length: count }, (_, number) => {
      const random = createRandom(seedFor(setSeed, `${kind}${number}`));
      const style = STYLES[split];
      const format = planFormat(random, index);
      const encoding = encodingOf(index);
      index += 1;
      const wishes = wish(kind, random, style, format, inTurn);
      return {
        name: `${kind}-${String(number + 1).padStart(2, '0')}.${encoding.container}`,
        kind,
        ...format,
        encoding,
        bankSeed: seedFor(setSeed, `bank${number % 4}`),
        shots: planShots(random, style, wishes, format),
        transitions: wishes.transitions,
      };
    }),
  );
}

interface Turns {
  gradual(): GradualKind;
  condition(): CutCondition;
  disturbance(): Disturbance['kind'];
}

/** Goes round the kinds, over all videos of a set: each comes as often as the others. */
function createTurns(): Turns {
  const round = <T>(all: readonly T[], first: T) => {
    let next = 0;
    return () => {
      next += 1;
      return all[(next - 1) % all.length] ?? first;
    };
  };
  return {
    gradual: round(GRADUAL, 'dissolve'),
    condition: round(CONDITIONS, 'similar'),
    disturbance: round(DISTURBANCE_KINDS, 'flash'),
  };
}

function wish(
  kind: VideoKind,
  random: Random,
  style: Style,
  { fps }: VideoFormat,
  inTurn: Turns,
): VideoWishes {
  const cut = (condition: CutCondition): TransitionPlan => ({ kind: 'cut', condition });
  const times = <T>(count: number, make: () => T) => Array.from({ length: count }, make);
  const disturb = (count: number) =>
    times(count, () => planDisturbance(inTurn.disturbance(), random, { style, fps: fps[0] / fps[1] }));
  switch (kind) {
    case 'cuts':
      return { kind, transitions: times(8, () => cut('plain')), shotMs: [800, 2600] };
    case 'gradual':
      return {
        kind,
        transitions: times(6, () => planGradual(inTurn.gradual(), random, style)),
        shotMs: [900, 2000],
      };
    case 'hard-cases':
      return { kind, transitions: times(10, () => cut(inTurn.condition())), shotMs: [800, 1600] };
    case 'distractors':
      return {
        kind,
        transitions: times(2, () => cut('plain')),
        shotMs: [1000, 2000],
        disturbances: () => disturb(2),
      };
    case 'mixed':
      return {
        kind,
        transitions: times(6, () =>
          random.chance(0.5) ? cut('plain') : planGradual(inTurn.gradual(), random, style),
        ),
        shotMs: [800, 2200],
        disturbances: (shot) => (shot % 3 === 1 ? disturb(1) : []),
      };
  }
}
