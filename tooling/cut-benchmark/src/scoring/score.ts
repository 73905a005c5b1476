import { addCounts, addShares, type Counts, NOTHING, type Share } from './counts.ts';
import { type Found, overlap, stretchOf, widen } from './found.ts';
import type { GradualKind, Label } from './labels.ts';
import { matchVideo, type VideoMatch } from './match-video.ts';

/** Frames around a distractor in which a false boundary is put down to it. */
const NEAR = 3;

/** The figures of a contender over some videos: counts, which add up, and offsets, which are listed. */
export interface Score {
  videos: number;
  hard: Counts;
  gradual: Counts;
  /** Any boundary of any type: whether there is one at all. */
  any: Counts;
  /** Cuts, where the labels are another detector's. */
  peer: Counts;
  /** Labelled cuts by what they are like. */
  byCondition: Record<string, Share>;
  /** Labelled graduals by kind, found as whatever. */
  byKind: Record<string, Share>;
  /** Found and labelled as this kind: for contenders that say kinds. */
  typed: Record<GradualKind, Counts>;
  /** Of the graduals that went with a label: found minus labelled, in frames. */
  offsets: { from: number[]; to: number[] };
  /** False boundaries by what they were taken for; "nothing" where there is no distractor. */
  falseBy: Record<string, number>;
  /** How many distractors there are, by kind. */
  distractors: Record<string, number>;
  surplusCuts: number;
}

export const emptyScore = (): Score => ({
  videos: 0,
  hard: NOTHING,
  gradual: NOTHING,
  any: NOTHING,
  peer: NOTHING,
  byCondition: {},
  byKind: {},
  typed: { dissolve: NOTHING, fade: NOTHING, wipe: NOTHING },
  offsets: { from: [], to: [] },
  falseBy: {},
  distractors: {},
  surplusCuts: 0,
});

export function scoreVideo(found: readonly Found[], label: Label): Score {
  const match = matchVideo(found, label);
  const { hard, missedHard, gradual, missedGradual, falseCuts, falseGraduals } = match;
  const inHard = {
    correct: hard.length,
    found: hard.length + falseCuts.length,
    labelled: hard.length + missedHard.length,
  };
  const inGradual = {
    correct: gradual.length,
    found: gradual.length + falseGraduals.length,
    labelled: gradual.length + missedGradual.length,
  };
  return {
    ...emptyScore(),
    videos: 1,
    hard: inHard,
    gradual: inGradual,
    any: countAny(match, addCounts(inHard, inGradual)),
    peer: label.peerCuts ? countPeer(found, label.peerCuts) : NOTHING,
    byCondition: countConditions(match, label),
    byKind: countKinds(match),
    typed: countTyped(found, match, label),
    offsets: offsetsOf(match),
    falseBy: blame([...falseCuts, ...falseGraduals], label),
    distractors: tally(label.distractors.map(({ kind }) => kind)),
    surplusCuts: match.surplusCuts.length,
  };
}

/** A gradual found where a cut is labelled is a boundary, if not of the right type. */
function countAny({ missedHard, falseGraduals }: VideoMatch, typed: Counts): Counts {
  const free = new Set(missedHard);
  let more = 0;
  for (const one of falseGraduals) {
    const frame = [...free].find((cut) => overlap(widen(stretchOf(one), 1), { from: cut, to: cut }) > 0);
    if (frame !== undefined && free.delete(frame)) more += 1;
  }
  return { ...typed, correct: typed.correct + more };
}

function countPeer(found: readonly Found[], peerCuts: number[]): Counts {
  const { hard, falseCuts } = matchVideo(found, { hard: peerCuts, gradual: undefined });
  return { correct: hard.length, found: hard.length + falseCuts.length, labelled: peerCuts.length };
}

function countConditions({ hard, missedHard }: VideoMatch, { hardConditions }: Label): Record<string, Share> {
  return shares([
    ...hard.map(({ labelled }) => ({ name: hardConditions[labelled], correct: 1 })),
    ...missedHard.map((frame) => ({ name: hardConditions[frame], correct: 0 })),
  ]);
}

function countKinds({ gradual, missedGradual }: VideoMatch): Record<string, Share> {
  return shares([
    ...gradual.map(({ labelled }) => ({ name: labelled.kind, correct: 1 })),
    ...missedGradual.map(({ kind }) => ({ name: kind, correct: 0 })),
  ]);
}

/** By name; what has none is left out. */
function shares(all: readonly { name: string | undefined; correct: number }[]): Record<string, Share> {
  return all.reduce<Record<string, Share>>(
    (sum, { name, correct }) =>
      name === undefined ? sum : addEach(sum, { [name]: { correct, labelled: 1 } }, addShares),
    {},
  );
}

function countTyped(
  found: readonly Found[],
  { gradual }: VideoMatch,
  label: Label,
): Record<GradualKind, Counts> {
  const kindOf = (one: Found) => (one.type === 'gradual' ? one.kind : undefined);
  const count = (kind: GradualKind): Counts => ({
    correct: gradual.filter((pair) => kindOf(pair.found) === kind && pair.labelled.kind === kind).length,
    found: label.gradual ? found.filter((one) => kindOf(one) === kind).length : 0,
    labelled: label.gradual?.filter((one) => one.kind === kind).length ?? 0,
  });
  return { dissolve: count('dissolve'), fade: count('fade'), wipe: count('wipe') };
}

function offsetsOf({ gradual }: VideoMatch): Score['offsets'] {
  const pairs = gradual.filter((pair) => pair.found.type === 'gradual');
  return {
    from: pairs.map((pair) => stretchOf(pair.found).from - pair.labelled.from),
    to: pairs.map((pair) => stretchOf(pair.found).to - pair.labelled.to),
  };
}

function blame(wrong: readonly Found[], { distractors }: Label): Record<string, number> {
  return tally(
    wrong.map((one) => {
      const near = distractors
        .map(({ kind, ...stretch }) => ({ kind, frames: overlap(stretchOf(one), widen(stretch, NEAR)) }))
        .filter(({ frames }) => frames > 0)
        .sort((a, b) => b.frames - a.frames);
      return near[0]?.kind ?? 'nothing';
    }),
  );
}

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

export function addScores(a: Score, b: Score): Score {
  return {
    videos: a.videos + b.videos,
    hard: addCounts(a.hard, b.hard),
    gradual: addCounts(a.gradual, b.gradual),
    any: addCounts(a.any, b.any),
    peer: addCounts(a.peer, b.peer),
    byCondition: addEach(a.byCondition, b.byCondition, addShares),
    byKind: addEach(a.byKind, b.byKind, addShares),
    typed: {
      dissolve: addCounts(a.typed.dissolve, b.typed.dissolve),
      fade: addCounts(a.typed.fade, b.typed.fade),
      wipe: addCounts(a.typed.wipe, b.typed.wipe),
    },
    offsets: {
      from: [...a.offsets.from, ...b.offsets.from],
      to: [...a.offsets.to, ...b.offsets.to],
    },
    falseBy: addEach(a.falseBy, b.falseBy, (x, y) => x + y),
    distractors: addEach(a.distractors, b.distractors, (x, y) => x + y),
    surplusCuts: a.surplusCuts + b.surplusCuts,
  };
}

function addEach<T>(a: Record<string, T>, b: Record<string, T>, add: (x: T, y: T) => T): Record<string, T> {
  const sum = { ...a };
  for (const [name, value] of Object.entries(b)) {
    const own = sum[name];
    sum[name] = own === undefined ? value : add(own, value);
  }
  return sum;
}
