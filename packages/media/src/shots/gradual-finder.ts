import { distance } from '../features/descriptor.ts';
import type { FrameWindow } from './frame-window.ts';
import { fitTransition, type TransitionFit } from './transition-fit.ts';

/** Spans over which frames are compared, in frames: each catches transitions up to its own length. */
const SPANS = [12, 24, 48, 96] as const;
const LONGEST = 96;
/** How far around the middle of a span frames are looked at. */
export const GRADUAL_REACH = LONGEST / 2 + Math.round(LONGEST / 4);
/** Pictures that differ less than this are not two shots. */
const MIN_DISTANCE = 10;

/**
 * Finds where pictures some frames apart differ most, at several spans, and fits a transition there. What becomes of the
 * candidates is decided when all are known.
 */
export class GradualFinder {
  readonly #window: FrameWindow;
  readonly #found: TransitionFit[] = [];
  readonly #spans = SPANS.map((span) => new SpanPeaks(span));
  /** Peaks that are fitted once as many frames after them are known as are looked at. */
  #waiting: { centre: number; half: number }[] = [];

  constructor(window: FrameWindow) {
    this.#window = window;
  }

  /** Call after each frame that the window has been given. */
  next(): void {
    for (const peaks of this.#spans) {
      const half = peaks.span / 2;
      const after = this.#window.end - 1;
      const before = this.#window.at(after - peaks.span);
      const newest = this.#window.at(after);
      const peak = peaks.push(after - half, before && newest ? distance(before, newest) : 0);
      if (peak !== undefined) this.#waiting.push({ centre: peak, half });
    }
    this.#fitUpTo(this.#window.end - 1 - GRADUAL_REACH);
  }

  /** @returns the candidates in the order of their frames */
  finish(): TransitionFit[] {
    // The last frames have nothing after them that they could be compared with.
    for (const peaks of this.#spans) {
      for (let i = 0; i < peaks.lag; i += 1) {
        const peak = peaks.push(this.#window.end - peaks.span / 2 + i, 0);
        if (peak !== undefined) this.#waiting.push({ centre: peak, half: peaks.span / 2 });
      }
    }
    this.#fitUpTo(Infinity);
    const distinct = new Map(this.#found.map((fit) => [`${fit.from} ${fit.to}`, fit]));
    return [...distinct.values()].sort((a, b) => a.from - b.from || a.to - b.to);
  }

  #fitUpTo(frame: number): void {
    const due = this.#waiting.filter(({ centre }) => centre <= frame);
    if (due.length === 0) return;
    this.#waiting = this.#waiting.filter(({ centre }) => centre > frame);
    for (const { centre, half } of due) {
      const fit = fitTransition(this.#window, centre - half, centre + half, GRADUAL_REACH);
      if (fit) this.#found.push(fit);
    }
  }
}

/** Tells which of the values pushed are the greatest around. */
class SpanPeaks {
  readonly span: number;
  /** How many values must follow before one is told to be a peak. */
  readonly lag: number;
  readonly #values: number[] = [];

  constructor(span: number) {
    this.span = span;
    this.lag = Math.max(2, Math.round(span / 4));
  }

  /** @returns the frame, `lag` before this one, if its value is a peak */
  push(frame: number, value: number): number | undefined {
    this.#values.push(value);
    if (this.#values.length > 2 * this.lag + 1) this.#values.shift();
    const place = this.#values.length - 1 - this.lag;
    const candidate = this.#values[place];
    if (candidate === undefined || candidate < MIN_DISTANCE) return undefined;
    // Of equal values the first is the peak.
    const isPeak = this.#values.every((other, i) => (i < place ? other < candidate : other <= candidate));
    return isPeak ? frame - this.lag : undefined;
  }
}
