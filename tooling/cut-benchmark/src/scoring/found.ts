import type { GradualKind, Stretch } from './labels.ts';

/** A boundary as a contender tells it. */
export type Found =
  /** `frame` is the first one of the new shot. */
  | { type: 'cut'; frame: number }
  /** From the first to the last frame that shows neither shot alone. */
  | ({ type: 'gradual'; kind: GradualKind | undefined } & Stretch);

/** The frames it covers. */
export const stretchOf = (found: Found): Stretch =>
  found.type === 'cut' ? { from: found.frame, to: found.frame } : { from: found.from, to: found.to };

/** Frames that two stretches share, at most 0 where they do not touch. */
export const overlap = (a: Stretch, b: Stretch) => Math.min(a.to, b.to) - Math.max(a.from, b.from) + 1;

export const widen = ({ from, to }: Stretch, frames: number): Stretch => ({
  from: from - frames,
  to: to + frames,
});
