import type { CutEvidence } from './cut-finder.ts';

/** Least number of frames from one cut to the next. */
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
/** In fast motion a lesser one is enough, where structure and colours break as well. */
const IN_MOTION = {
  separation: 25,
  ratio: 1.7,
  structure: 0.6,
  structureRatio: 1.9,
  colourRatio: 1.3,
} as const;
/** A video may begin with the last frames of another shot. */
const FIRST_CUT = 2;
/** A picture that comes back to within this fraction of the separation was never gone: a flash. */
const COMEBACK = 0.5;

/** Less of the picture than this is something that appears in it: a caption, an object. */
const MIN_COVERAGE = 0.27;

/** @returns the first frame of each new shot that begins with a hard cut, ascending */
export function decideCuts(evidence: readonly CutEvidence[]): number[] {
  const cuts: CutEvidence[] = [];
  for (const candidate of evidence) {
    if (candidate.frame < FIRST_CUT || !isCut(candidate)) continue;
    const last = cuts.at(-1);
    if (!last || candidate.frame - last.frame >= MIN_GAP) cuts.push(candidate);
    else if (candidate.separation > last.separation) cuts[cuts.length - 1] = candidate;
  }
  return cuts.map(({ frame }) => frame);
}

function isCut(evidence: CutEvidence): boolean {
  const { separation, motion, calmMotion, comeback, coverage } = evidence;
  if (separation < MIN_SEPARATION || coverage < MIN_COVERAGE || comeback < COMEBACK * separation)
    return false;
  const ratio = separation / (motion + NOISE);
  const calmRatio = separation / (calmMotion + NOISE);
  return (
    ratio >= CLEAR_RATIO ||
    (calmRatio >= CALM_RATIO && ratio >= LEAST_RATIO) ||
    (ratio >= IN_MOTION.ratio && breaksInMotion(evidence))
  );
}

const breaksInMotion = ({ separation, structure, structureMotion, colour, colourMotion }: CutEvidence) =>
  separation >= IN_MOTION.separation &&
  structure >= IN_MOTION.structure &&
  structure >= IN_MOTION.structureRatio * structureMotion &&
  colour >= IN_MOTION.colourRatio * colourMotion;
