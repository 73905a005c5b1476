import { colourDistance, correlation, type Thumbnail } from '../features/thumbnail.ts';
import type { FrameSample } from './frame-sample.ts';

/** Lengths tried, in frames: from a third of a second to two seconds at 24 to 30 frames a second. */
const LENGTHS = [8, 12, 16, 24, 32, 48, 60] as const;
const LONGEST = 60;
/** How much of a dissolve is looked at: the middle first, as most stretches fail there. */
const CHECKS = [0.5, 0.25, 0.75, 0.375, 0.625] as const;
/** The two shots must differ in colour by this mean, 0 to 255, and correlate less than this. */
const MIN_DISTANCE = 14;
const MAX_CORRELATION = 0.5;
/** How far a frame may be from the mixture that it should be, as a fraction of the distance between the shots. */
const MAX_RESIDUAL = 0.22;
/** How far the share of the new shot may be from the one that a steady dissolve has there. */
const MAX_DRIFT = 0.14;
/** Contrast of a frame over that of the mixture. Two pictures laid over each other lose contrast; one that moves keeps it. */
const MIN_GAIN = 0.85;
const MAX_GAIN = 1.1;

/** A dissolve: `frame` is the one in its middle, where the new shot begins to outweigh the old. */
interface Dissolve {
  frame: number;
  /** First and last frame of the stretch in which both shots are seen, as far as it was tested. */
  from: number;
  to: number;
}

interface Match extends Dissolve {
  /** Distance between the pictures at both ends: greatest where the whole dissolve is covered. */
  distance: number;
}

/**
 * Finds dissolves: stretches from a frame A to a frame B in which every frame F is close to (1 - a) A + a B, with a
 * rising evenly from 0 to 1. A slow pan over a soft picture is close to such mixtures as well, and is told apart by its
 * contrast: a sinusoid shifted by an angle t has 1 / cos(t / 2) times the contrast of the mixture of its ends.
 */
export class DissolveDetector {
  readonly #recent: Thumbnail[] = [];
  readonly #found: Match[] = [];
  #frame = 0;

  push({ thumbnail }: FrameSample): void {
    this.#recent.push(thumbnail);
    if (this.#recent.length > LONGEST + 1) this.#recent.shift();
    for (const length of LENGTHS) {
      const match = this.#match(length);
      if (match) this.#keep(match);
    }
    this.#frame += 1;
  }

  /** @returns the dissolves of the video, in order, apart from each other. */
  finish(): Dissolve[] {
    return this.#found;
  }

  /** Tests the stretch of `length` frames that ends at the newest frame. */
  #match(length: number): Match | undefined {
    const first = this.#recent.length - 1 - length;
    const a = this.#recent[first];
    const b = this.#recent.at(-1);
    if (!a || !b) return undefined;
    const distance = colourDistance(a, b);
    if (distance < MIN_DISTANCE) return undefined;
    const frames = CHECKS.map((share) => {
      const offset = Math.round(share * length);
      return { share: offset / length, frame: this.#recent[first + offset] };
    });
    if (!frames.every(({ frame, share }) => frame && isMixture(a, b, frame, share))) return undefined;
    if (correlation(a, b) > MAX_CORRELATION) return undefined;
    if (!frames.every(({ frame, share }) => frame && hasContrastOfMixture(a, b, frame, share)))
      return undefined;
    const from = this.#frame - length;
    return { from, to: this.#frame, frame: Math.round(from + length / 2), distance };
  }

  /** Of matches that overlap, the one between the pictures that differ most covers the dissolve best. */
  #keep(match: Match): void {
    const last = this.#found.at(-1);
    if (!last || match.from > last.to) this.#found.push(match);
    else if (match.distance > last.distance) this.#found[this.#found.length - 1] = match;
  }
}

/** Whether `frame` is close to (1 - s) a + s b for an s near `share`, by least squares over all values. */
function isMixture(a: Thumbnail, b: Thumbnail, frame: Thumbnail, share: number): boolean {
  let along = 0;
  let whole = 0;
  let squares = 0;
  for (let i = 0; i < a.rgb.length; i += 1) {
    const step = (b.rgb[i] ?? 0) - (a.rgb[i] ?? 0);
    const gone = (frame.rgb[i] ?? 0) - (a.rgb[i] ?? 0);
    along += step * gone;
    whole += step * step;
    squares += gone * gone;
  }
  const s = along / whole;
  const residual = Math.sqrt(Math.max(0, squares / whole - s * s));
  return Math.abs(s - share) <= MAX_DRIFT && residual <= MAX_RESIDUAL;
}

/** Whether `frame` has the contrast that (1 - share) a + share b has. */
function hasContrastOfMixture(a: Thumbnail, b: Thumbnail, frame: Thumbnail, share: number): boolean {
  const pixels = frame.detail.length;
  let sum = 0;
  let squares = 0;
  let mixtureSum = 0;
  let mixtureSquares = 0;
  for (let p = 0; p < pixels; p += 1) {
    const value = frame.detail[p] ?? 0;
    const mixture = (1 - share) * (a.detail[p] ?? 0) + share * (b.detail[p] ?? 0);
    sum += value;
    squares += value * value;
    mixtureSum += mixture;
    mixtureSquares += mixture * mixture;
  }
  const variance = squares / pixels - (sum / pixels) ** 2;
  const mixtureVariance = mixtureSquares / pixels - (mixtureSum / pixels) ** 2;
  const gain = Math.sqrt(variance / mixtureVariance);
  return gain >= MIN_GAIN && gain <= MAX_GAIN;
}
