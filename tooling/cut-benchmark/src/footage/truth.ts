import { timeline, totalFrames } from './plan/timeline.ts';
import { transitionFrames, type VideoPlan } from './plan/video-plan.ts';

/** What is known of a rendered video, in the form of a labels.json. Frames are 0-based indexes, both ends included. */
export interface Truth {
  fps: number;
  frames: number;
  kind: VideoPlan['kind'];
  size: string;
  encoding: string;
  /** The kind of place of each shot. */
  families: string[];
  /** The first frame of each shot that begins by a cut. */
  hard: number[];
  /** What each of those cuts is like, by its frame. */
  hard_conditions: Record<string, string>;
  /** From the first frame that is not the old shot alone to the last that is not the new one alone. */
  gradual: { from: number; to: number; kind: 'dissolve' | 'fade' | 'wipe'; form: string }[];
  /** What might be taken for a boundary and is none. */
  distractors: { from: number; to: number; kind: string }[];
}

export function truthOf(plan: VideoPlan): Truth {
  const { fps, kind, width, height, encoding, shots } = plan;
  const truth: Truth = {
    fps: fps[0] / fps[1],
    frames: totalFrames(plan),
    kind,
    size: `${width}x${height}`,
    encoding: [encoding.encoder, ...encoding.args].join(' '),
    families: shots.map(({ family }) => family),
    hard: [],
    hard_conditions: {},
    gradual: [],
    distractors: [],
  };
  for (const stretch of timeline(plan)) {
    const { from } = stretch;
    if ('plan' in stretch) {
      for (const { kind: what, from: start, frames } of stretch.plan.disturbances) {
        truth.distractors.push({ from: from + start, to: from + start + frames - 1, kind: what });
      }
    } else if (stretch.transition.kind === 'cut') {
      truth.hard.push(from);
      truth.hard_conditions[from] = stretch.transition.condition;
    } else {
      const { transition } = stretch;
      const to = from + transitionFrames(transition) - 1;
      truth.gradual.push({ from, to, kind: transition.kind, form: describeForm(transition) });
    }
  }
  return truth;
}

type GradualPlan = Exclude<VideoPlan['transitions'][number], { kind: 'cut' }>;

function describeForm(transition: GradualPlan): string {
  switch (transition.kind) {
    case 'dissolve':
      return transition.easing;
    case 'wipe':
      return transition.geometry;
    case 'fade':
      return `${transition.colour} ${transition.out}+${transition.hold}+${transition.in}`;
  }
}
