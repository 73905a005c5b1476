import { colourDistance, coverage, distance, lighting } from '../features/descriptor.ts';
import { leastAcross, leastComeback, SIDE, stepsBeside, structureLoss } from './around-boundary.ts';
import type { FrameWindow } from './frame-window.ts';

/** After a flash the picture comes back within this many frames, after lightning within as many as this. */
const FLASH_FRAMES = 6;
const LIGHTNING_FRAMES = 12;
/** How far around a boundary frames are looked at. */
const CUT_REACH = LIGHTNING_FRAMES + 1;
/** A smaller change than this from one frame to the next is no cut. */
const MIN_JUMP = 3;
/** Nor is a boundary across which frames are nearer than this, or nearer than their neighbours are to each other. */
const MIN_SEPARATION = 5;

/** How a boundary between two frames looks. Distances are those of `distance`, 0 to 255 and more. */
export interface CutEvidence {
  /** The first frame of the new shot, 0-based. */
  frame: number;
  /** The least distance between any of three frames before the boundary and any of three after it. */
  separation: number;
  /** The greatest step from one frame, or one drawing, to the next on either side: what these shots change by themselves. */
  motion: number;
  /** The same without the greatest step on each side, which one odd frame may have made. */
  calmMotion: number;
  /** Least distance of colours across the boundary, 0 to 1, and the greatest on either side. */
  colour: number;
  colourMotion: number;
  /** Least loss of correlation across the boundary, 0 to 2. */
  structure: number;
  structureMotion: number;
  /** The least distance to what comes a little later, or was a little earlier: small for a flash. */
  comeback: number;
  /** The same of what comes later, or was earlier, by 7 to 12 frames: small for lightning. */
  lateComeback: number;
  /** How one-sided the change of luma is, -1 (all of it is darker) to 1 (brighter): see the function of this name. */
  lighting: number;
  /** How much of the picture changes, 0 to 1: see the function of this name. */
  coverage: number;
}

/**
 * Looks at every boundary between two frames as a graph of the frames around it: a hard cut separates those before from
 * those after far more than either side is spread by itself (the idea of the graph partition model, Yuan et al., "A formal
 * study of shot boundary detection", IEEE TCSVT 2007). Steady motion, shake and flicker spread the sides as well; a
 * flash does not separate them.
 */
export class CutFinder {
  readonly #window: FrameWindow;
  readonly #found: CutEvidence[] = [];

  constructor(window: FrameWindow) {
    this.#window = window;
  }

  /** Call after each frame that the window has been given. */
  next(): void {
    this.#look(this.#window.end - 1 - CUT_REACH);
  }

  /** @returns the boundaries that may be cuts, in order */
  finish(): CutEvidence[] {
    for (let i = CUT_REACH; i > 0; i -= 1) this.#look(this.#window.end - i);
    return this.#found;
  }

  #look(t: number): void {
    const window = this.#window;
    const before = window.at(t - 1);
    const after = window.at(t);
    if (!before || !after || distance(before, after) < MIN_JUMP) return;

    const separation = leastAcross(window, t, distance);
    if (separation < MIN_SEPARATION) return;
    const left = stepsBeside(window, t - 1, -1, FLASH_FRAMES);
    const right = stepsBeside(window, t, 1, FLASH_FRAMES);
    const motion = Math.max(left.step, right.step);
    if (separation < motion) return;
    this.#found.push({
      frame: t,
      separation,
      motion,
      calmMotion: Math.max(left.calmStep, right.calmStep),
      colour: leastAcross(window, t, colourDistance),
      colourMotion: Math.max(left.colour, right.colour),
      structure: leastAcross(window, t, structureLoss),
      structureMotion: Math.max(left.structure, right.structure),
      comeback: leastComeback(window, t, SIDE, FLASH_FRAMES),
      lateComeback: leastComeback(window, t, FLASH_FRAMES + 1, LIGHTNING_FRAMES),
      lighting: lighting(before, after),
      coverage: coverage(before, after),
    });
  }
}
