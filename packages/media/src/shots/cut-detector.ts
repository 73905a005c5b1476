import { Column } from '../features/column.ts';
import { colourDistance, correlation, type Thumbnail } from '../features/thumbnail.ts';
import type { FrameSample } from './frame-sample.ts';

/** Frames on each side that make the average a change is compared with. */
const WINDOW = 2;
/** Least number of frames from one cut, or the first frame, to the next. */
const MIN_GAP = 4;
/** A change is a cut when it is this great and stands out from its neighbours' average by this ratio. */
const CLEAR = { change: 8, ratio: 2.5 } as const;
/** In fast motion it stands out less; then the structure of the picture must break as well. */
const IN_MOTION = { change: 10, ratio: 2, structure: 0.35, structureRatio: 2.5 } as const;
/** How many frames a flash may last. */
const FLASH_FRAMES = 4;
/** It was a flash when the picture comes back to within this fraction of the jump. */
const FLASH_RETURN = 0.5;

/**
 * Finds hard cuts: frames whose change from the one before stands out from the changes around it. The adaptive ratio is
 * the idea of PySceneDetect's AdaptiveDetector; the second, structural test and the test for flashes are added to it.
 */
export class CutDetector {
  readonly #change = new Column();
  /** 1 - correlation with the frame before. */
  readonly #structure = new Column();
  /** Colour distance from the frame before. */
  readonly #jump = new Column();
  /** Least colour distance between the frames just before and just after. */
  readonly #separation = new Column();
  readonly #recent: Thumbnail[] = [];

  push({ change, thumbnail }: FrameSample): void {
    const frame = this.#change.length;
    const before = this.#recent.at(-1);
    const jump = before ? colourDistance(before, thumbnail) : 0;
    this.#change.push(change);
    this.#structure.push(before ? 1 - correlation(before, thumbnail) : 0);
    this.#jump.push(jump);
    this.#separation.push(jump);

    // The distance over j frames speaks for a flash that began j - 1 frames ago, and for one that ends here.
    for (let j = 2; j <= Math.min(FLASH_FRAMES + 1, this.#recent.length); j += 1) {
      const earlier = this.#recent.at(-j);
      if (!earlier) break;
      const distance = colourDistance(earlier, thumbnail);
      this.#separation.lower(frame, distance);
      this.#separation.lower(frame - j + 1, distance);
    }
    this.#recent.push(thumbnail);
    if (this.#recent.length > FLASH_FRAMES + 1) this.#recent.shift();
  }

  /** @returns the index of the first frame of each new shot, ascending. */
  finish(): number[] {
    const change = this.#change.view();
    const structure = this.#structure.view();
    const jump = this.#jump.view();
    const separation = this.#separation.view();
    const cuts: number[] = [];
    let last = 0;
    for (let i = MIN_GAP; i < change.length; i += 1) {
      const here = change[i] ?? 0;
      if (here < CLEAR.change || i - last < MIN_GAP) continue;
      const ratio = here / neighboursMean(change, i);
      const broken = structure[i] ?? 0;
      const clear = ratio >= CLEAR.ratio;
      const inMotion =
        here >= IN_MOTION.change &&
        ratio >= IN_MOTION.ratio &&
        broken >= IN_MOTION.structure &&
        broken >= IN_MOTION.structureRatio * neighboursMean(structure, i);
      if (!clear && !inMotion) continue;
      if ((separation[i] ?? 0) < FLASH_RETURN * (jump[i] ?? 0)) continue;
      cuts.push(i);
      last = i;
    }
    return cuts;
  }
}

/** Mean of the values around `i`, without it and without the first frame, which changes from nothing. */
function neighboursMean(values: Float32Array, i: number): number {
  let sum = 0;
  let count = 0;
  for (let j = Math.max(1, i - WINDOW); j <= Math.min(values.length - 1, i + WINDOW); j += 1) {
    if (j === i) continue;
    sum += values[j] ?? 0;
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}
