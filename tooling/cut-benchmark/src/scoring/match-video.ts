import { type Found, overlap, stretchOf, widen } from './found.ts';
import type { Label, LabelledGradual } from './labels.ts';
import { type Pair, pairOneToOne } from './pair-one-to-one.ts';

/** Frames by which a found cut may miss its label, and stand outside of a gradual's stretch and still belong to it. */
const TOLERANCE = 1;

/** What became of each boundary that was found in a video, and of each that is labelled. */
export interface VideoMatch {
  hard: Pair<Found, number>[];
  /** Labelled cuts for which no cut was found. */
  missedHard: number[];
  gradual: Pair<Found, LabelledGradual>[];
  missedGradual: LabelledGradual[];
  /** Found where nothing is. */
  falseCuts: Found[];
  falseGraduals: Found[];
  /** Cuts found inside of a gradual that another one was paired with. They count neither for nor against. */
  surplusCuts: Found[];
}

/**
 * Holds what was found in a video against its labels. Nobody is judged on what was not labelled.
 *
 * - A found cut goes with a labelled cut at most one frame away, the nearest pairs first.
 * - A cut left over that lies in a labelled gradual, or one frame beside it, is no false cut.
 * - Such cuts and all found graduals go with the labelled graduals that they overlap, the greatest overlaps first.
 * - Other cuts are false cuts, and other graduals false graduals.
 */
export function matchVideo(found: readonly Found[], label: Pick<Label, 'hard' | 'gradual'>): VideoMatch {
  const labelledHard = label.hard ?? [];
  const labelledGradual = label.gradual ?? [];
  const cuts = found.filter(({ type }) => type === 'cut');

  const hard = pairOneToOne(cuts, labelledHard, (cut, frame) => {
    const distance = Math.abs(stretchOf(cut).from - frame);
    return distance <= TOLERANCE ? -distance : undefined;
  });
  const takenCuts = new Set(hard.map((pair) => pair.found));
  const leftCuts = cuts.filter((cut) => !takenCuts.has(cut));
  const isInside = (cut: Found) =>
    labelledGradual.some((gradual) => overlap(stretchOf(cut), widen(gradual, TOLERANCE)) > 0);

  const candidates = found.filter((one) => one.type === 'gradual' || (!takenCuts.has(one) && isInside(one)));
  const gradual = pairOneToOne(candidates, labelledGradual, (one, labelled) => {
    const frames = overlap(stretchOf(one), one.type === 'cut' ? widen(labelled, TOLERANCE) : labelled);
    return frames > 0 ? frames : undefined;
  });
  const taken = new Set(gradual.map((pair) => pair.found));
  const foundLabels = new Set(gradual.map(({ labelled }) => labelled));
  const foundFrames = new Set(hard.map(({ labelled }) => labelled));

  return {
    hard,
    missedHard: labelledHard.filter((frame) => !foundFrames.has(frame)),
    gradual,
    missedGradual: labelledGradual.filter((one) => !foundLabels.has(one)),
    falseCuts: label.hard ? leftCuts.filter((cut) => !isInside(cut)) : [],
    falseGraduals: label.gradual ? found.filter((one) => one.type === 'gradual' && !taken.has(one)) : [],
    surplusCuts: leftCuts.filter((cut) => isInside(cut) && !taken.has(cut)),
  };
}
