import { colourDistance, correlation } from '../features/descriptor.ts';
import type { FrameTable } from '../features/frame-table.ts';
import { isBlank, isShown } from './blank.ts';
import { type Glimpse, SETTLING } from './glimpse-keeper.ts';
import type { Boundary } from './shot.ts';

/** The same picture before and after a blank: the light went out, or lightning lit it, and there is no new shot. */
const SAME_PICTURE = 0.8;
/** So are the same colours, where the camera has moved meanwhile. */
const SAME_COLOURS = 0.1;
/** Beside a cut, so many black or white frames are a shot of their own. */
const SHOT_FRAMES = 12;
/** A blank is cut to or from where, this many frames away from it, the picture has most of its contrast. */
const HARD_FRAMES = 2;
const MOST = 0.7;
/** The longest way from a picture to a blank, or back; and the shortest where the other edge is a cut. */
const LONGEST_FADE = 96;
const SHORTEST_FADE = 5;
/** While a picture goes, its contrast falls by at least this fraction of the whole in three frames. */
const LEAST_FALL = 0.015;

/** A stretch of blank frames with the frames in which the picture goes and comes. Frames are 0-based indexes. */
export interface Blank {
  /** The last frame in which the old picture is whole, and the first in which the new one is. */
  from: number;
  to: number;
  /** The shots that begin in it: none, one, or the blank itself and what comes after it. */
  boundaries: Boundary[];
}

/**
 * Finds where one picture goes to black or white and another comes from it. Where both go slowly that is a fade, and the new
 * shot begins with the first frame that is not blank. Where an edge is a cut, so is the boundary: at the first that is one. But a
 * longer blank beside a cut is a shot like any other, and the picture may fade to it or from it. Another blank that opens the
 * video is part of the first shot, and one that closes it, of the last.
 */
export function findBlanks(table: FrameTable, glimpses: readonly Glimpse[]): Blank[] {
  const brightness = table.brightness.view();
  const spread = table.spread.view();
  const contrast = table.contrast.view();
  const light = (i: number) => ({ brightness: brightness[i] ?? 0, spread: spread[i] ?? 0 });
  const pictures = new Map(glimpses.map((glimpse) => [glimpse.frame, glimpse]));
  const blanks: Blank[] = [];

  let lastShown = -1;
  for (let i = 0; i < table.length; i += 1) {
    if (isShown(light(i))) lastShown = i;
    if (!isBlank(light(i))) continue;
    const first = i;
    let last = i;
    for (; i < table.length && !isShown(light(i)); i += 1) if (isBlank(light(i))) last = i;
    // Here i is the first frame that shows a picture again, or the end.
    const blank = describeBlank(first, last, i);
    if (blank) blanks.push(blank);
    if (i < table.length) lastShown = i;
  }
  return blanks;

  function describeBlank(first: number, last: number, shown: number): Blank | undefined {
    // Dark pictures are never shown, and yet there.
    const opens = lastShown < 0 && first < SHOT_FRAMES;
    const closes = shown >= table.length;
    const from = opens ? 0 : edge(contrast, first, -1);
    const to = closes ? table.length - 1 : edge(contrast, last, 1);
    const same = [lastShown - SETTLING, lastShown].some((before) =>
      [shown, shown + SETTLING].some((after) => isSamePicture(pictures.get(before), pictures.get(after))),
    );
    const isThere = (frame: number, whole: number) => (contrast[frame] ?? 0) >= MOST * (contrast[whole] ?? 0);
    const cutFrom = isThere(first - HARD_FRAMES, from);
    const cutTo = isThere(last + HARD_FRAMES, to);
    const isBetweenCuts = (cutFrom || opens) && (cutTo || closes);
    if (isBetweenCuts && !same && last - first >= SHOT_FRAMES) return undefined;
    if (opens || closes || same) return { from, to, boundaries: [] };
    if (!cutFrom && !cutTo) {
      return { from, to, boundaries: [{ frame: last + 1, transition: 'fade', from, to }] };
    }
    const cutAt = cutFrom ? first : last + 1;
    const cut: Boundary = { frame: cutAt, transition: 'cut', from: cutAt, to: cutAt };
    const fade: Boundary = cutFrom
      ? { frame: last + 1, transition: 'fade', from: last, to }
      : { frame: first, transition: 'fade', from, to: first };
    const areBoth = last - first >= SHOT_FRAMES && fade.to - fade.from >= SHORTEST_FADE;
    return { from, to, boundaries: areBoth ? [cut, fade] : [cut] };
  }
}

const isSamePicture = (before: Glimpse | undefined, after: Glimpse | undefined) =>
  before !== undefined &&
  after !== undefined &&
  (correlation(before, after) >= SAME_PICTURE || colourDistance(before, after) <= SAME_COLOURS);

/** From a blank frame back (-1) or on (1) to where the picture is whole: as long as its contrast keeps rising that way. */
function edge(contrast: Float32Array, blank: number, step: 1 | -1): number {
  const at = (i: number) => contrast[i] ?? 0;
  let place = blank + step;
  let whole = place;
  for (let n = 0; n < LONGEST_FADE; n += 1, place += step) {
    if (place < 0 || place >= contrast.length) break;
    if (at(place) > at(whole)) whole = place;
    const behind = place - 3 * step;
    const rise = at(place) - at(behind < 0 || behind >= contrast.length ? blank : behind);
    if (n >= 3 && rise < LEAST_FALL * at(whole)) break;
  }
  return whole;
}
