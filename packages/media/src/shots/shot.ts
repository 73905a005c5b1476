/** How a shot begins. */
export type Transition = 'start' | 'cut' | 'dissolve' | 'fade';

/** An unbroken run of frames. `endMs` is the next shot's `startMs`, or the end of the video. */
export interface Shot {
  startMs: number;
  endMs: number;
  transition: Transition;
}

/** Where a new shot begins: the 0-based index of its first frame, and how it comes in. */
export interface Boundary {
  frame: number;
  transition: Exclude<Transition, 'start'>;
}
