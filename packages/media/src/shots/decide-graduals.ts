import type { Boundary } from './shot.ts';
import type { TransitionFit } from './transition-fit.ts';

/** Two shots differ in their structure, unless their colours are others altogether. */
const MAX_CORRELATION = 0.6;
const OTHER_COLOURS = 0.4;
/** Before and after, the pictures change by at most this fraction of the whole change in half the transition's length. */
const MAX_UNREST = 0.5;
/** A step this many times the mean is a cut, or a blow to the camera. */
const MAX_JERK = 3.2;
/** A picture that comes back this near was covered for a while, by something that passed the lens or by light. */
const MIN_COMEBACK = 0.18;

/**
 * A picture becomes another all over at once, and every frame is a mixture of both. Where few cells show neither, it must be
 * the more exact.
 */
const DISSOLVE = {
  residual: 0.3,
  clearNeither: 0.1,
  unclearResidual: 0.2,
  unevenness: 0.13,
  minGain: 0.75,
  maxGain: 1.15,
  maxDetail: 1.05,
  coherence: 0.45,
};
/**
 * Where an editor blurs the one picture into the other, more detail is lost than by mixing them, and the mixture is less
 * exact. Things that move lose none.
 */
const BLUR = {
  maxDetail: 0.55,
  residual: 0.37,
  unevenness: 0.16,
  minGain: 0.75,
  maxGain: 1.25,
  coherence: 0.5,
  maxJerk: 3.5,
};
/** Between two pictures of like structure: a change of light is no mixture, as it loses no detail. */
const LIKE = { maxCorrelation: 0.93, residual: 0.12, maxDetail: 0.9, coherence: 0.85 };
/**
 * A picture takes the other's place bit by bit, and every cell shows one of the two: so the whole has more contrast than
 * their mixture would have, which something that moves within a picture or a light on it does not give.
 */
const WIPE = {
  neither: 0.2,
  fault: 0.21,
  minGain: 1.1,
  unevenness: 0.16,
  minResidual: 0.2,
  maxResidual: 0.58,
  minFrames: 5,
  minColour: 0.4,
  maxCorrelation: 0.75,
  minColourComeback: 0.2,
};

/**
 * Which candidates are dissolves and wipes. Of candidates that overlap, the one between the pictures that differ most
 * covers the transition best; but a dissolve, whose test is the stricter one, outweighs any wipe.
 */
export function decideGraduals(candidates: readonly TransitionFit[]): Boundary[] {
  const chosen: { fit: TransitionFit; transition: 'dissolve' | 'wipe'; worth: number }[] = [];
  const likely = candidates.flatMap((fit) => {
    const transition = kindOf(fit);
    return transition ? [{ fit, transition, worth: worthOf(fit, transition) }] : [];
  });
  likely.sort((a, b) => b.worth - a.worth || a.fit.from - b.fit.from);
  for (const candidate of likely) {
    const { from, to } = candidate.fit;
    if (chosen.every(({ fit }) => to <= fit.from || from >= fit.to)) chosen.push(candidate);
  }
  return chosen
    .map(({ fit: { from, to }, transition }) => ({
      frame: Math.round((from + to) / 2),
      transition,
      from,
      to,
    }))
    .sort((a, b) => a.frame - b.frame);
}

function kindOf(fit: TransitionFit): 'dissolve' | 'wipe' | undefined {
  if (fit.fromBlank || fit.toBlank) return undefined;
  if (fit.unrest > MAX_UNREST || fit.comeback < MIN_COMEBACK) return undefined;
  const isOther = fit.correlation <= MAX_CORRELATION;
  if (isOther && isBlurred(fit)) return 'dissolve';
  if (fit.jerk > MAX_JERK) return undefined;
  if (isMixture(fit) && (isOther || isMixtureOfLikes(fit))) return 'dissolve';
  if (isPatchwork(fit) && (isOther || fit.colour >= OTHER_COLOURS)) return 'wipe';
  return undefined;
}

const isMixture = ({ neither, residual, unevenness, gain, detailGain, coherence }: TransitionFit) =>
  residual <= (neither >= DISSOLVE.clearNeither ? DISSOLVE.residual : DISSOLVE.unclearResidual) &&
  unevenness <= DISSOLVE.unevenness &&
  gain >= DISSOLVE.minGain &&
  gain <= DISSOLVE.maxGain &&
  detailGain <= DISSOLVE.maxDetail &&
  coherence >= DISSOLVE.coherence;

const isBlurred = ({ residual, unevenness, gain, detailGain, coherence, jerk }: TransitionFit) =>
  residual <= BLUR.residual &&
  unevenness <= BLUR.unevenness &&
  gain >= BLUR.minGain &&
  gain <= BLUR.maxGain &&
  detailGain <= BLUR.maxDetail &&
  coherence >= BLUR.coherence &&
  jerk <= BLUR.maxJerk;

const isMixtureOfLikes = ({ correlation, colour, residual, detailGain, coherence }: TransitionFit) =>
  colour >= OTHER_COLOURS &&
  correlation <= LIKE.maxCorrelation &&
  residual <= LIKE.residual &&
  detailGain <= LIKE.maxDetail &&
  coherence >= LIKE.coherence;

const isPatchwork = (fit: TransitionFit) =>
  fit.neither <= WIPE.neither &&
  fit.patchUnevenness <= WIPE.unevenness &&
  patchFaultOf(fit) <= WIPE.fault &&
  fit.gain >= WIPE.minGain &&
  fit.residual >= WIPE.minResidual &&
  fit.residual <= WIPE.maxResidual &&
  fit.colour >= WIPE.minColour &&
  fit.correlation <= WIPE.maxCorrelation &&
  fit.colourComeback >= WIPE.minColourComeback &&
  fit.to - fit.from >= WIPE.minFrames;

/** How far a stretch is from a patchwork whose second picture grows steadily. */
const patchFaultOf = ({ neither, patchUnevenness }: TransitionFit) => neither + patchUnevenness;

/** More than any distance. */
const DISSOLVE_FIRST = 1000;

function worthOf(fit: TransitionFit, transition: 'dissolve' | 'wipe'): number {
  const fault = transition === 'dissolve' ? fit.residual : patchFaultOf(fit);
  return fit.distance * (1 - fault) + (transition === 'dissolve' ? DISSOLVE_FIRST : 0);
}
