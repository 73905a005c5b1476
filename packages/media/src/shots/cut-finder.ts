import { colourDistance, coverage, distance, lighting, litCorrelation } from '../features/descriptor.ts';
import {
  type Gap,
  leastAcross,
  leastComeback,
  SHORT_SIDE,
  SIDE,
  type Sides,
  stepsBeside,
  structureLoss,
} from './around-boundary.ts';
import type { CutEvidence } from './cut-evidence.ts';
import type { FrameWindow } from './frame-window.ts';
import { firstOfNew } from './mixed-frames.ts';

/** After a flash the picture comes back within this many frames, after lightning within as many as this. */
const FLASH_FRAMES = 6;
const LIGHTNING_FRAMES = 12;
/** Frames between two shots that may show a mixture of both. */
const MAX_MIXED = 2;
/** How far around a boundary frames are looked at. */
const CUT_REACH = LIGHTNING_FRAMES + 1 + MAX_MIXED;
/** Steps from frame to frame that are remembered. */
const STEPS = 16;
/** A smaller change than this from one frame to the next is no cut. */
const MIN_JUMP = 3;
/** Nor is a boundary across which frames are nearer than this, or nearer than their neighbours are to each other. */
const MIN_SEPARATION = 3.5;
/** A smaller change across mixed frames is none, nor one that is not so many times the steps beside it. */
const MIXED = { jump: 7, ratio: 2.5 } as const;
/** Two frames are a shot of their own where the next step is so many times the one between them, and grey levels of noise. */
const SHORT_SHOT = { ratio: 2.5, noise: 2 } as const;

const WHOLE: Sides = { before: SIDE, after: SIDE };

/**
 * Looks at every boundary between two frames as a graph of the frames around it: a hard cut separates those before from
 * those after far more than either side is spread by itself (the idea of the graph partition model, Yuan et al., "A formal
 * study of shot boundary detection", IEEE TCSVT 2007). Steady motion, shake and flicker spread the sides as well; a
 * flash does not separate them.
 */
export class CutFinder {
  readonly #window: FrameWindow;
  readonly #found: CutEvidence[] = [];
  /** The steps that were measured last, and of which frames they are. */
  readonly #steps = new Float64Array(STEPS);
  readonly #stepFrames = new Int32Array(STEPS).fill(-1);

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
    return this.#found.sort((a, b) => a.frame - b.frame);
  }

  #look(t: number): void {
    const window = this.#window;
    if (!window.at(t - 1) || !window.at(t)) return;
    if (this.#step(t) >= MIN_JUMP) {
      for (const sides of [WHOLE, this.#shortSides(t)]) {
        if (sides && this.#isGreatest(t, sides)) this.#compare({ end: t, start: t }, t, sides);
      }
    }
    for (let start = t + 1; start <= t + MAX_MIXED; start += 1) {
      const gap = { end: t, start };
      const frame = this.#standsOut(gap) ? firstOfNew(window, gap) : undefined;
      if (frame !== undefined) this.#compare(gap, frame, WHOLE);
    }
  }

  /** @param frame where the new shot begins */
  #compare(gap: Gap, frame: number, sides: Sides): void {
    const window = this.#window;
    const { end, start } = gap;
    const before = window.at(end - 1);
    const after = window.at(start);
    const separation = leastAcross(window, gap, sides, distance);
    if (!before || !after || separation < MIN_SEPARATION) return;
    const left = stepsBeside(window, end - 1, -1, sides.before, FLASH_FRAMES);
    const right = stepsBeside(window, start, 1, sides.after, FLASH_FRAMES);
    const motion = Math.max(left.step, right.step);
    if (separation < motion) return;
    this.#found.push({
      frame,
      mixed: start - end,
      ...sides,
      separation,
      motion,
      calmMotion: Math.max(left.calmStep, right.calmStep),
      colour: leastAcross(window, gap, sides, colourDistance),
      colourMotion: Math.max(left.colour, right.colour),
      structure: leastAcross(window, gap, sides, structureLoss),
      structureMotion: Math.max(left.structure, right.structure),
      litStructure: 1 - litCorrelation(before, after),
      comeback: leastComeback(window, gap, SIDE, FLASH_FRAMES),
      lateComeback: leastComeback(window, gap, FLASH_FRAMES + 1, LIGHTNING_FRAMES),
      lighting: lighting(before, after),
      coverage: coverage(before, after),
    });
  }

  /** Whether a step is as great as those on its sides. Else the separation, which is no greater, is less than the motion. */
  #isGreatest(t: number, { before, after }: Sides): boolean {
    const step = this.#step(t);
    const isAtLeast = (other: number) => step >= other || other === Infinity;
    for (let i = 1; i < before; i += 1) if (!isAtLeast(this.#step(t - i))) return false;
    for (let i = 1; i < after; i += 1) if (!isAtLeast(this.#step(t + i))) return false;
    return true;
  }

  /** The sides of a boundary where another cut ends one of them. Where both would end, frames come in pairs: animation. */
  #shortSides(t: number): Sides | undefined {
    const isShort = (inner: number, next: number) =>
      this.#step(next) >= SHORT_SHOT.ratio * (this.#step(inner) + SHORT_SHOT.noise);
    const before = isShort(t - 1, t - 2);
    const after = isShort(t + 1, t + 2);
    if (before === after) return undefined;
    return before ? { ...WHOLE, before: SHORT_SIDE } : { ...WHOLE, after: SHORT_SIDE };
  }

  /** Whether two frames are so much further apart than each is from its neighbour that it is worth looking between them. */
  #standsOut({ end, start }: Gap): boolean {
    const [before, after] = [this.#window.at(end - 1), this.#window.at(start)];
    if (!before || !after) return false;
    const steps = Math.max(this.#step(end - 1), this.#step(start + 1));
    let way = 0;
    for (let frame = end; frame <= start; frame += 1) way += this.#step(frame);
    // They are no further apart than the way between them: so most are told without measuring.
    if (MIXED.ratio * steps > way) return false;
    const jump = distance(before, after);
    return jump >= MIXED.jump && jump >= MIXED.ratio * steps;
  }

  /** How far a frame is from the one before; Infinity where there is none. */
  #step(frame: number): number {
    const place = frame % STEPS;
    if (this.#stepFrames[place] === frame) return this.#steps[place] ?? Infinity;
    const [before, after] = [this.#window.at(frame - 1), this.#window.at(frame)];
    const step = before && after ? distance(before, after) : Infinity;
    this.#stepFrames[place] = frame;
    this.#steps[place] = step;
    return step;
  }
}
