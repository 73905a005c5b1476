import { copyDescriptor, type Descriptor, describeFrame, lumaDistance } from '../features/descriptor.ts';
import { planesOf } from '../features/frame.ts';
import { FrameTable } from '../features/frame-table.ts';
import { countLuma, measurePicture, type Picture } from '../features/picture.ts';
import { CutFinder } from '../shots/cut-finder.ts';
import type { ShotEvidence } from '../shots/evidence.ts';
import { FrameWindow } from '../shots/frame-window.ts';
import { GlimpseKeeper } from '../shots/glimpse-keeper.ts';
import { GRADUAL_REACH, GradualFinder } from '../shots/gradual-finder.ts';

/** How far around a frame the finders look, in frames: what they say of it depends on nothing that is further away. */
export const REACH = 2 * GRADUAL_REACH;

/** All that is measured of a frame by itself. */
export interface Look {
  descriptor: Descriptor;
  picture: Picture;
}

/** Measures frames one by one: what is seen in each goes into the table, what speaks for a new shot becomes evidence. */
export class Measurer {
  readonly table = new FrameTable();
  readonly #histogram = new Uint32Array(256);
  readonly #window = new FrameWindow(REACH + 1);
  readonly #cuts = new CutFinder(this.#window);
  readonly #graduals = new GradualFinder(this.#window);
  readonly #glimpses = new GlimpseKeeper(this.#window, GRADUAL_REACH);

  /** @param frame of FRAME's size; its bytes may be reused afterwards */
  push(frame: Uint8Array): void {
    const planes = planesOf(frame);
    countLuma(planes.y, this.#histogram);
    const picture = measurePicture(planes, this.#histogram);
    this.#window.push((place) => describeFrame(planes, this.#histogram, picture, place));
    this.#look(picture);
  }

  /** The same as `count` frames that all look as one has looked. */
  hold({ descriptor, picture }: Look, count: number): void {
    for (let n = 0; n < count; n += 1) {
      this.#window.push((place) => copyDescriptor(descriptor, place));
      this.#look(picture);
    }
  }

  #look(picture: Picture): void {
    const before = this.#window.at(this.#window.end - 2);
    const current = this.#window.at(this.#window.end - 1);
    if (!current) return;
    const change = before ? lumaDistance(before, current) : 0;
    this.table.push({ ...picture, spread: current.spread, change });
    this.#cuts.next();
    this.#graduals.next();
    this.#glimpses.next();
  }

  /** Call once, after the last frame. */
  finish(): ShotEvidence {
    return {
      cuts: this.#cuts.finish(),
      graduals: this.#graduals.finish(),
      glimpses: this.#glimpses.finish(),
    };
  }
}
