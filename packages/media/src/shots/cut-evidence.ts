import type { Sides } from './around-boundary.ts';

/** How a boundary between two frames looks. Distances are those of `distance`, 0 to 255 and more. */
export interface CutEvidence extends Sides {
  /** The first frame of the new shot, 0-based. */
  frame: number;
  /** How many frames between the shots show a mixture of both. They count for neither. */
  mixed: number;
  /** The least distance between any frame of the side before the boundary and any of the side after it. */
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
  /** The loss of correlation from the frame before to the first one of what is not black, 0 to 2. */
  litStructure: number;
  /** The least distance to what comes a little later, or was a little earlier: small for a flash. */
  comeback: number;
  /** The same of what comes later, or was earlier, by 7 to 12 frames: small for lightning. */
  lateComeback: number;
  /** How one-sided the change of luma is, -1 (all of it is darker) to 1 (brighter): see the function of this name. */
  lighting: number;
  /** How much of the picture changes, 0 to 1: see the function of this name. */
  coverage: number;
}
