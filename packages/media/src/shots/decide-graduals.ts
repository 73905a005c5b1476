import type { Boundary } from './shot.ts';
import type { TransitionFit } from './transition-fit.ts';

/** Two shots differ at least this much in their cells, their colours, and their structure. */
const MIN_DISTANCE = 18;
const MIN_COLOUR = 0.15;
const MAX_CORRELATION = 0.6;
/** Before and after, the pictures change by at most this fraction of the whole change in half the transition's length. */
const MAX_UNREST = 0.5;
/** A step this many times the mean is a cut, or a blow to the camera. */
const MAX_JERK = 3.2;

/** A picture becomes another all over at once, and every frame is a mixture of both. */
const DISSOLVE = {
  residual: 0.3,
  unevenness: 0.13,
  minGain: 0.75,
  maxGain: 1.15,
  maxDetail: 1.05,
  coherence: 0.45,
};
/** A picture takes the other's place bit by bit, and every cell shows one of the two. */
const WIPE = {
  neither: 0.12,
  unevenness: 0.16,
  minResidual: 0.2,
  maxResidual: 0.58,
  minFrames: 5,
  minColour: 0.2,
};

/**
 * Which candidates are dissolves and wipes. Of candidates that overlap, the one between the pictures that differ most
 * covers the transition best.
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
  if (fit.distance < MIN_DISTANCE || fit.colour < MIN_COLOUR || fit.correlation > MAX_CORRELATION)
    return undefined;
  if (fit.unrest > MAX_UNREST || fit.jerk > MAX_JERK) return undefined;
  if (
    fit.residual <= DISSOLVE.residual &&
    fit.unevenness <= DISSOLVE.unevenness &&
    fit.gain >= DISSOLVE.minGain &&
    fit.gain <= DISSOLVE.maxGain &&
    fit.detailGain <= DISSOLVE.maxDetail &&
    fit.coherence >= DISSOLVE.coherence
  ) {
    return 'dissolve';
  }
  if (
    fit.neither <= WIPE.neither &&
    fit.patchUnevenness <= WIPE.unevenness &&
    fit.residual >= WIPE.minResidual &&
    fit.residual <= WIPE.maxResidual &&
    fit.colour >= WIPE.minColour &&
    fit.to - fit.from >= WIPE.minFrames
  ) {
    return 'wipe';
  }
  return undefined;
}

function worthOf(fit: TransitionFit, transition: 'dissolve' | 'wipe'): number {
  const fault = transition === 'dissolve' ? fit.residual : fit.neither + fit.patchUnevenness;
  return fit.distance * (1 - fault);
}
