import type { Look } from '../measurement/measurer.ts';
import { type Calm, calmOf } from './calm.ts';
import type { Gop } from './gops.ts';
import { areAlike, type KeyFrame } from './key-frames.ts';

/** Frames from a key frame on, and how that looks. */
export interface Group {
  timesMs: Float64Array;
  look: Look;
}

/** Groups in turn that are decoded, or for whose frames their key frames stand. */
export interface Stretch {
  isDecoded: boolean;
  groups: Group[];
}

/** When leaving out frames is worth it. */
export interface Worth {
  /** Shorter videos are decoded before it is known whether they need it. In ms. */
  shortestMs: number;
  /** The greatest cost, as a fraction of that of a full pass. */
  mostCost: number;
  /** What starting a process costs, in frames of a full pass. */
  startFrames: number;
  /** What decoding a key frame costs without those that follow it. */
  keyFrames: number;
}

export const WORTH: Worth = { shortestMs: 120_000, mostCost: 0.5, startFrames: 75, keyFrames: 4 };

const calmsOf = (gops: readonly Gop[]): Calm[] => gops.map((gop, i) => calmOf(gop, gops[i + 1]));

/** Whether, by the packets alone, enough of the video may need no decoding. */
export function isPromising(gops: readonly Gop[], worth: Worth): boolean {
  const calms = calmsOf(gops);
  const busy = gops.filter((_, i) => calms[i] === 'busy');
  return framesOf(busy) + worth.keyFrames * gops.length <= worth.mostCost * framesOf(gops);
}

/** @param keys the first frame of each of the GOPs. @returns the video in stretches; undefined where decoding all of it costs little more */
export function planStretches(
  gops: readonly Gop[],
  keys: readonly KeyFrame[],
  { mostCost, startFrames, keyFrames }: Worth,
): Stretch[] | undefined {
  const calms = calmsOf(gops);
  const stretches: Stretch[] = [];
  for (const [i, gop] of gops.entries()) {
    const [look, next] = [keys[i]?.look, keys[i + 1]?.look];
    if (!look || keys[i]?.timeMs !== gop.timesMs[0]) return undefined;
    const isQuiet =
      calms[i] === 'still' || (calms[i] === 'calm' && next !== undefined && areAlike(look, next));
    append(stretches, { isDecoded: !isQuiet, groups: [{ timesMs: gop.timesMs, look }] });
  }
  const merged = mergeAcrossShort(stretches, startFrames);
  const decoded = merged.filter(({ isDecoded }) => isDecoded);
  const frames = decoded.reduce((sum, stretch) => sum + framesOf(stretch.groups), 0);
  const cost = frames + startFrames * decoded.length + keyFrames * gops.length;
  return cost <= mostCost * framesOf(gops) ? merged : undefined;
}

const framesOf = (groups: readonly Pick<Group, 'timesMs'>[]): number =>
  groups.reduce((sum, { timesMs }) => sum + timesMs.length, 0);

/** Decodes also what is quiet between two stretches that are decoded, where starting anew costs more. */
function mergeAcrossShort(stretches: readonly Stretch[], startFrames: number): Stretch[] {
  const merged: Stretch[] = [];
  for (const [i, stretch] of stretches.entries()) {
    const isBetween = i > 0 && i < stretches.length - 1;
    const isDecoded = stretch.isDecoded || (isBetween && framesOf(stretch.groups) < startFrames);
    append(merged, { ...stretch, isDecoded });
  }
  return merged;
}

function append(stretches: Stretch[], { isDecoded, groups }: Stretch): void {
  const last = stretches.at(-1);
  if (last?.isDecoded === isDecoded) last.groups.push(...groups);
  else stretches.push({ isDecoded, groups: [...groups] });
}
