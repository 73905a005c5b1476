/** How a shot begins. */
export type Transition = 'start' | 'cut' | 'dissolve' | 'fade' | 'wipe';

/** An unbroken run of frames. `endMs` is the next shot's `startMs`, or the end of the video. */
export interface Shot {
  startMs: number;
  endMs: number;
  transition: Transition;
  /** From the last frame that shows the shot before alone to the first that shows this one alone; both `startMs` for a cut. */
  transitionStartMs: number;
  transitionEndMs: number;
}

/** Where a new shot begins, in 0-based indexes of frames. */
export interface Boundary {
  /** The first frame in which the new shot outweighs the old one; after a blank, the first in which it is seen. */
  frame: number;
  transition: Exclude<Transition, 'start'>;
  /** The last frame of the old shot alone, and the first of the new shot alone. Of a cut, both are `frame`. */
  from: number;
  to: number;
}
