import { colourDistance, correlation, coverage, distance, lighting } from '../features/descriptor.ts';
import type { FrameWindow } from './frame-window.ts';

/** Frames on each side of a boundary that are compared with those on the other. */
const SIDE = 3;
/** After a flash the picture comes back within this many frames, after lightning within as many as this. */
const FLASH_FRAMES = 6;
const LIGHTNING_FRAMES = 12;
/** How far around a boundary frames are looked at. */
const CUT_REACH = LIGHTNING_FRAMES + 1;
/** A smaller change than this from one frame to the next is no cut. */
const MIN_JUMP = 3;

/** How a boundary between two frames looks. Distances are those of `distance`, 0 to 255 and more. */
export interface CutEvidence {
  /** The first frame of the new shot, 0-based. */
  frame: number;
  /** The least distance between any of three frames before the boundary and any of three after it. */
  separation: number;
  /** The greatest step from one frame to the next on either side: how much these shots change by themselves. */
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

    let separation = Infinity;
    let colour = Infinity;
    let structure = Infinity;
    for (let i = 1; i <= SIDE; i += 1) {
      for (let j = 0; j < SIDE; j += 1) {
        const a = window.at(t - i);
        const b = window.at(t + j);
        if (!a || !b) continue;
        separation = Math.min(separation, distance(a, b));
        colour = Math.min(colour, colourDistance(a, b));
        structure = Math.min(structure, 1 - correlation(a, b));
      }
    }
    const left = this.#steps(t - 1, -1);
    const right = this.#steps(t, 1);
    this.#found.push({
      frame: t,
      separation,
      motion: Math.max(left.step, right.step),
      calmMotion: Math.max(left.calmStep, right.calmStep),
      colour,
      colourMotion: Math.max(left.colour, right.colour),
      structure,
      structureMotion: Math.max(left.structure, right.structure),
      comeback: this.#comeback(t, SIDE, FLASH_FRAMES),
      lateComeback: this.#comeback(t, FLASH_FRAMES + 1, LIGHTNING_FRAMES),
      lighting: lighting(before, after),
      coverage: coverage(before, after),
    });
  }

  /** The least distance between two frames on either side of a boundary, `first` to `last` frames and one more apart. */
  #comeback(t: number, first: number, last: number): number {
    let least = Infinity;
    for (let i = first; i <= last; i += 1) {
      for (const [a, b] of [
        [t - 1, t + i],
        [t - 2, t + i],
        [t - i, t],
        [t - i, t + 1],
      ] as const) {
        const early = this.#window.at(a);
        const late = this.#window.at(b);
        if (early && late) least = Math.min(least, distance(early, late));
      }
    }
    return least;
  }

  /** The steps from frame to frame on one side, beginning beside the boundary. */
  #steps(from: number, direction: 1 | -1) {
    const steps: number[] = [];
    let colour = 0;
    let structure = 0;
    for (let i = 0; i < SIDE; i += 1) {
      const a = this.#window.at(from + i * direction);
      const b = this.#window.at(from + (i + 1) * direction);
      if (!a || !b) break;
      steps.push(distance(a, b));
      if (i === SIDE - 1) break;
      colour = Math.max(colour, colourDistance(a, b));
      structure = Math.max(structure, 1 - correlation(a, b));
    }
    const sorted = steps.toSorted((x, y) => x - y);
    return {
      step: Math.max(0, ...steps.slice(0, SIDE - 1)),
      calmStep: sorted[sorted.length >> 1] ?? 0,
      colour,
      structure,
    };
  }
}
