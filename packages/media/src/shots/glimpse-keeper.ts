import { CELLS, type Colours, type LumaCells } from '../features/descriptor.ts';
import { isBlank, isShown } from './blank.ts';
import type { FrameWindow } from './frame-window.ts';

/** A light takes some frames to go out or on: so far from a blank a picture is seen in its usual light. */
export const SETTLING = 4;

/** The picture that is seen last before a blank or first after one, or `SETTLING` frames further away from it. */
export interface Glimpse extends LumaCells, Colours {
  /** 0-based. */
  frame: number;
}

/** Keeps the glimpses by which it is told later whether the same picture comes back from a blank. */
export class GlimpseKeeper {
  readonly #window: FrameWindow;
  readonly #reach: number;
  readonly #kept = new Map<number, Glimpse>();
  #lastShown = -Infinity;
  #lastBlank = -Infinity;
  #firstShown = -Infinity;

  /** @param reach how many frames may lie between a picture and the blank, while it goes or comes; less than the window has */
  constructor(window: FrameWindow, reach: number) {
    this.#window = window;
    this.#reach = reach;
  }

  /** Call after each frame that the window has been given. */
  next(): void {
    const frame = this.#window.end - 1;
    const picture = this.#window.at(frame);
    if (!picture) return;
    if (isBlank(picture)) {
      if (frame - this.#lastShown <= this.#reach) {
        this.#keep(this.#lastShown - SETTLING);
        this.#keep(this.#lastShown);
      }
      this.#lastBlank = frame;
    } else if (isShown(picture)) {
      if (this.#lastBlank > this.#lastShown && frame - this.#lastBlank <= this.#reach) {
        this.#keep(frame);
        this.#firstShown = frame;
      }
      this.#lastShown = frame;
    }
    if (frame === this.#firstShown + SETTLING) this.#keep(frame);
  }

  /** @returns the glimpses in the order of their frames */
  finish(): Glimpse[] {
    return [...this.#kept.values()].sort((a, b) => a.frame - b.frame);
  }

  #keep(frame: number): void {
    const picture = this.#window.at(frame);
    if (!picture || this.#kept.has(frame)) return;
    const { mean, variance } = picture;
    this.#kept.set(frame, {
      frame,
      mean,
      variance,
      cells: picture.cells.slice(0, CELLS.luma),
      histogram: picture.histogram.slice(),
    });
  }
}
