import type { CutEvidence } from './cut-finder.ts';

/** Least number of frames from one cut to the next, or from the first frame. */
const MIN_GAP = 4;
/** Least separation of two shots. */
const MIN_SEPARATION = 7;
/** Grey levels of motion that are noise. */
const NOISE = 2;
/** The separation stands out from the motion around by this ratio, */
const CLEAR_RATIO = 2.5;
/** or by the greater one, once one odd frame on each side is left out. */
const CALM_RATIO = 4;
const LEAST_RATIO = 1.3;
/** A picture that comes back to within this fraction of the separation was never gone: a flash. */
const COMEBACK = 0.5;

/** Less of the picture than this is something that appears in it: a caption, an object. */
const MIN_COVERAGE = 0.22;

/** @returns the first frame of each new shot that begins with a hard cut, ascending */
export function decideCuts(evidence: readonly CutEvidence[]): number[] {
  const cuts: CutEvidence[] = [];
  for (const candidate of evidence) {
    if (candidate.frame < MIN_GAP || !isCut(candidate)) continue;
    const last = cuts.at(-1);
    if (!last || candidate.frame - last.frame >= MIN_GAP) cuts.push(candidate);
    else if (candidate.separation > last.separation) cuts[cuts.length - 1] = candidate;
  }
  return cuts.map(({ frame }) => frame);
}

function isCut({ separation, motion, calmMotion, comeback, coverage }: CutEvidence): boolean {
  if (separation < MIN_SEPARATION || coverage < MIN_COVERAGE || comeback < COMEBACK * separation)
    return false;
  const ratio = separation / (motion + NOISE);
  const calmRatio = separation / (calmMotion + NOISE);
  return ratio >= CLEAR_RATIO || (calmRatio >= CALM_RATIO && ratio >= LEAST_RATIO);
}
