import type { CutEvidence } from './cut-evidence.ts';
import { endsOfShortShots, isShortSided } from './short-shots.ts';

/** Least number of frames from one cut to the next, but for shots of two. */
const MIN_GAP = 3;
/** Least separation of two shots, and where structure is quite another: dark pictures are never far apart. */
const MIN_SEPARATION = { usual: 7, otherStructure: 3.5 } as const;
/** Grey levels of motion that are noise. */
const NOISE = 2;
/** The separation stands out from the motion around by this ratio, */
const CLEAR_RATIO = 2.5;
/** or by the greater one, once one odd frame on each side is left out. */
const CALM_RATIO = 4;
const LEAST_RATIO = 1.3;
/** Or by this lesser one, where it is large and the picture breaks: see `breaks`. */
const BROKEN = { ratio: 1.7, separation: 15 } as const;
/** A picture breaks where its structure changes by this much and so many times what motion makes of it, */
const BREAK = { structure: 0.3, structureRatio: 3 } as const;
/** or more and fewer times; and its colours change more than they do in motion. */
const GREAT_BREAK = { structure: 0.6, structureRatio: 1.9 } as const;
const COLOUR_RATIO = 1.2;
/**
 * Colours stay where things move. Where they become others by this many times what motion makes of them, structure changes
 * too, and most of the picture takes part, the separation need only be as great as the motion.
 */
const COLOUR_BREAK = { ratio: 1, coverage: 0.4, colourRatio: 1.6, structureRatio: 1.1 } as const;
/**
 * Flicker spreads the sides, in grey levels and in colours, but leaves their structure. Where that becomes quite another by this many
 * times what motion makes of it, the separation need only be as great as the flicker, too.
 */
const STRUCTURE_BREAK = { ratio: 1, structureRatio: 3 } as const;
/** Changes of colour and structure that are noise. */
const COLOUR_NOISE = 0.03;
const STRUCTURE_NOISE = 0.05;
/** A video may begin with the last frames of another shot. */
const FIRST_CUT = 2;
/** A picture that comes back to within this fraction of the separation was never gone: a flash. */
const COMEBACK = 0.4;
/** So was one that comes back later, where all that changed grew lighter or darker and some structure stayed: lightning. */
const LIGHTNING = 0.8;

/** Across mixed frames motion goes on, so that a pan comes as far as two or three of its steps, and more has to be the case: */
const MIXED = { ratio: 2.5, ratioAFrame: 0.5, comeback: 0.6 } as const;
/** structure changes, and more where all of the picture grew lighter or darker; */
const MIXED_BREAK = { structure: 0.25, structureRatio: 2.5, lighting: 0.9, structureInLight: 0.4 } as const;
/** or colours do, and not by light. */
const MIXED_COLOURS = { structure: 0.08, colour: 0.25, colourRatio: 4, lighting: 0.5 } as const;

/** Less of the picture than this is something that appears in it: a caption, an object. */
const MIN_COVERAGE = 0.27;
/** Where only brightness changes, structure and colours stay: another light on the same shot, or an old film's flicker. */
const LEAST_CHANGE = { structure: 0.05, colour: 0.05, both: 0.22 } as const;
/** A light that goes on or out in a part of the picture, as on a stage, changes more of both, all of it one way. */
const STAGE_LIGHT = { lighting: 0.7, structure: 0.27, litStructure: 0.43, both: 0.65 } as const;
/** Where structure changes by this much, colours may stay: two views of one place. */
const OTHER_STRUCTURE = 0.5;

/** @returns the first frame of each new shot that begins with a hard cut, ascending */
export function decideCuts(evidence: readonly CutEvidence[]): number[] {
  const told = clearest(evidence.filter((boundary) => boundary.mixed === 0 && !isShortSided(boundary)));
  const ends = endsOfShortShots(told, evidence.filter(isShortSided).filter(isCut));
  const plain = [...new Set([...told, ...ends])];
  const isNearPlain = (frame: number) => plain.some((cut) => Math.abs(cut - frame) < MIN_GAP);
  // Where two frames that are no mixture tell a cut, they tell best where it is.
  const acrossMixed = clearest(evidence.filter(({ mixed, frame }) => mixed > 0 && !isNearPlain(frame)));
  return [...plain, ...acrossMixed].sort((a, b) => a - b);
}

/** The frames of cuts, of which the one that stands out most stands for those that are too near. */
function clearest(evidence: readonly CutEvidence[]): number[] {
  const cuts: CutEvidence[] = [];
  for (const candidate of evidence) {
    if (!isCut(candidate)) continue;
    const last = cuts.at(-1);
    if (!last || candidate.frame - last.frame >= MIN_GAP) cuts.push(candidate);
    else if (ratioOf(candidate) > ratioOf(last)) cuts[cuts.length - 1] = candidate;
  }
  return cuts.map(({ frame }) => frame);
}

/** How many times the shots' own motion they are apart. */
const ratioOf = ({ separation, motion }: CutEvidence) => separation / (motion + NOISE);

function isCut(evidence: CutEvidence): boolean {
  const { frame, separation, calmMotion, structure, comeback, coverage } = evidence;
  const least = structure >= OTHER_STRUCTURE ? MIN_SEPARATION.otherStructure : MIN_SEPARATION.usual;
  if (frame < FIRST_CUT || separation < least) return false;
  if (coverage < MIN_COVERAGE || comeback < COMEBACK * separation) return false;
  if (isLightning(evidence) || isStageLight(evidence) || !isAnotherPicture(evidence)) return false;
  if (evidence.mixed > 0 && !isCutAcrossMixed(evidence)) return false;
  const ratio = ratioOf(evidence);
  const calmRatio = separation / (calmMotion + NOISE);
  return (
    ratio >= CLEAR_RATIO ||
    (calmRatio >= CALM_RATIO && ratio >= LEAST_RATIO) ||
    (ratio >= BROKEN.ratio && separation >= BROKEN.separation && breaks(evidence)) ||
    (ratio >= COLOUR_BREAK.ratio && coloursBreak(evidence)) ||
    (ratio >= STRUCTURE_BREAK.ratio && structureBreaks(evidence))
  );
}

function isCutAcrossMixed(evidence: CutEvidence): boolean {
  const { mixed, separation, calmMotion, comeback } = evidence;
  const ratio = Math.max(ratioOf(evidence), separation / (calmMotion + NOISE));
  return (
    ratio >= MIXED.ratio + MIXED.ratioAFrame * (mixed - 1) &&
    comeback >= MIXED.comeback * separation &&
    (breaksAcrossMixed(evidence) || coloursBreakAcrossMixed(evidence))
  );
}

const breaksAcrossMixed = ({ structure, structureMotion, lighting }: CutEvidence) =>
  structure >= MIXED_BREAK.structureRatio * structureMotion &&
  structure >=
    (Math.abs(lighting) < MIXED_BREAK.lighting ? MIXED_BREAK.structure : MIXED_BREAK.structureInLight);

const coloursBreakAcrossMixed = ({ structure, colour, colourMotion, lighting }: CutEvidence) =>
  structure >= MIXED_COLOURS.structure &&
  colour >= MIXED_COLOURS.colour &&
  colour >= MIXED_COLOURS.colourRatio * colourMotion &&
  Math.abs(lighting) < MIXED_COLOURS.lighting;

const isLightning = ({ separation, lateComeback, lighting, structure }: CutEvidence) =>
  lateComeback < COMEBACK * separation && Math.abs(lighting) >= LIGHTNING && structure < OTHER_STRUCTURE;

const isStageLight = ({ lighting, structure, litStructure, colour }: CutEvidence) =>
  Math.abs(lighting) >= STAGE_LIGHT.lighting &&
  structure < STAGE_LIGHT.structure &&
  litStructure < STAGE_LIGHT.litStructure &&
  structure + colour < STAGE_LIGHT.both;

const isAnotherPicture = ({ structure, colour }: CutEvidence) =>
  structure >= OTHER_STRUCTURE ||
  (structure >= LEAST_CHANGE.structure &&
    colour >= LEAST_CHANGE.colour &&
    structure + colour >= LEAST_CHANGE.both);

const breaks = ({ structure, structureMotion, colour, colourMotion }: CutEvidence) =>
  colour >= COLOUR_RATIO * colourMotion &&
  [BREAK, GREAT_BREAK].some(
    (least) => structure >= least.structure && structure >= least.structureRatio * structureMotion,
  );

const structureBreaks = ({ structure, structureMotion }: CutEvidence) =>
  structure >= OTHER_STRUCTURE &&
  structure >= STRUCTURE_BREAK.structureRatio * (structureMotion + STRUCTURE_NOISE);

const coloursBreak = (evidence: CutEvidence) => {
  const { separation, lateComeback, structure, structureMotion, colour, colourMotion, coverage } = evidence;
  return (
    lateComeback >= COMEBACK * separation &&
    coverage >= COLOUR_BREAK.coverage &&
    colour >= COLOUR_BREAK.colourRatio * (colourMotion + COLOUR_NOISE) &&
    structure >= COLOUR_BREAK.structureRatio * (structureMotion + STRUCTURE_NOISE)
  );
};
