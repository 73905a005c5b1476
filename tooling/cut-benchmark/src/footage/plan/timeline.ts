import { type ShotPlan, type TransitionPlan, transitionFrames, type VideoPlan } from './video-plan.ts';

/** A stretch of frames of a video: a shot that stands alone, or a transition between two. */
export type Stretch = { from: number; frames: number } & (
  | { shot: number; plan: ShotPlan }
  /** Between shot `after` and the next. */
  | { after: number; transition: TransitionPlan }
);

/** The stretches of a video in order: shot, transition, shot, ... Cuts take no frames. */
export function timeline({ shots, transitions }: VideoPlan): Stretch[] {
  let from = 0;
  return shots.flatMap((plan, shot) => {
    const alone: Stretch = { from, frames: plan.frames, shot, plan };
    from += plan.frames;
    const transition = transitions[shot];
    if (!transition) return [alone];
    const between: Stretch = { from, frames: transitionFrames(transition), after: shot, transition };
    from += between.frames;
    return [alone, between];
  });
}

export function totalFrames(plan: VideoPlan): number {
  return timeline(plan).reduce((sum, { frames }) => sum + frames, 0);
}
