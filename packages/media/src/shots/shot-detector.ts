import { CutDetector } from './cut-detector.ts';
import { DissolveDetector } from './dissolve-detector.ts';
import { FadeDetector } from './fade-detector.ts';
import type { FrameSample } from './frame-sample.ts';
import type { Boundary } from './shot.ts';

/** Frames around a blank or a dissolve in which a cut is only its edge. */
const MARGIN = 2;

/** Runs the detectors side by side and settles where they disagree: fades outweigh dissolves, and both outweigh cuts. */
export class ShotDetector {
  readonly #cuts = new CutDetector();
  readonly #fades = new FadeDetector();
  readonly #dissolves = new DissolveDetector();

  push(sample: FrameSample): void {
    this.#cuts.push(sample);
    this.#fades.push(sample);
    this.#dissolves.push(sample);
  }

  /** @returns where each shot but the first begins, ascending. */
  finish(): Boundary[] {
    const cuts = this.#cuts.finish();
    const blanks = this.#fades.finish();
    const overlaps = (from: number, to: number) =>
      blanks.some((blank) => from < blank.to && to >= blank.from);
    // A cut inside of a dissolve shows that it was none: a mixture of two shots has no sudden change.
    const dissolves = this.#dissolves
      .finish()
      .filter(({ from, to }) => !overlaps(from, to) && !cuts.some((cut) => cut >= from && cut <= to));
    const inBlank = (cut: number) => blanks.some(({ from, to }) => cut >= from && cut < to + MARGIN);

    return [
      ...cuts.filter((cut) => !inBlank(cut)).map((frame): Boundary => ({ frame, transition: 'cut' })),
      ...dissolves.map(({ frame }): Boundary => ({ frame, transition: 'dissolve' })),
      ...blanks.flatMap(({ boundary }) => (boundary ? [boundary] : [])),
    ].sort((a, b) => a.frame - b.frame);
  }
}
