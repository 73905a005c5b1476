import { CELLS, type Colours, type Descriptor, type LumaCells } from '../features/descriptor.ts';
import { isBlank, isShown } from './blank.ts';

/** The picture that is seen last before a blank, or first after one. */
export interface Glimpse extends LumaCells, Colours {
  /** 0-based. */
  frame: number;
}

/**
 * Keeps the glimpses by which it is told later whether the same picture comes back from a blank. It looks back no further
 * than the window that its frames are from, where they are overwritten.
 */
export class GlimpseKeeper {
  readonly #kept: Glimpse[] = [];
  #lastShown: { frame: number; picture: Descriptor } | undefined;
  #lastBlank = -Infinity;
  #frame = 0;
  readonly #reach: number;

  /** @param reach how many frames may lie between a picture and the blank, while it goes or comes */
  constructor(reach: number) {
    this.#reach = reach;
  }

  push(picture: Descriptor): void {
    const frame = this.#frame;
    this.#frame += 1;
    if (isBlank(picture)) {
      const shown = this.#lastShown;
      if (shown && frame - shown.frame <= this.#reach) this.#keep(shown);
      this.#lastBlank = frame;
    } else if (isShown(picture)) {
      const shown = { frame, picture };
      const firstSince = this.#lastBlank > (this.#lastShown?.frame ?? -Infinity);
      if (firstSince && frame - this.#lastBlank <= this.#reach) this.#keep(shown);
      this.#lastShown = shown;
    }
  }

  finish(): Glimpse[] {
    return this.#kept;
  }

  #keep({ frame, picture }: { frame: number; picture: Descriptor }): void {
    if (this.#kept.at(-1)?.frame === frame) return;
    const { mean, variance } = picture;
    this.#kept.push({
      frame,
      mean,
      variance,
      cells: picture.cells.slice(0, CELLS.luma),
      histogram: picture.histogram.slice(),
    });
  }
}
