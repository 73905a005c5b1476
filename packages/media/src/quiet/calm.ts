import type { Gop } from './gops.ts';

/**
 * What the bytes of a GOP tell.
 *
 * - `still`: so few that its pictures are that of its key frame.
 * - `calm`: something moves in it or there is noise, but no packet tells of another picture.
 * - `busy`: anything may be in it.
 */
export type Calm = 'still' | 'calm' | 'busy';

/** What a frame that changes nothing may take, in bytes: headers, and that every block is skipped. */
const EMPTY_BYTES = 100;
/** Another picture costs about what a key frame costs. All of a still GOP takes less than this fraction of one; */
const STILL = 0.1;
/** of a calm one each frame does, */
const PEAK = 0.1;
/** and so many frames in turn take no more than this above what as many take elsewhere in it. A dissolve does. */
const SPAN = 12;
const SURGE = 0.3;

/** @param next the GOP after it: a simple picture after a detailed one costs little, so the lesser key frame is the measure */
export function calmOf({ keyBytes, bytes }: Gop, next: Gop | undefined): Calm {
  const picture = Math.min(keyBytes, next?.keyBytes ?? Infinity);
  let all = 0;
  let peak = 0;
  for (const size of bytes) {
    all += Math.max(0, size - EMPTY_BYTES);
    peak = Math.max(peak, size);
  }
  if (all <= STILL * picture) return 'still';
  return peak <= PEAK * picture && surge(bytes) <= SURGE * picture ? 'calm' : 'busy';
}

/** By how much the most that frames in turn take exceeds the lower quartile of what as many take. */
function surge(bytes: Uint32Array): number {
  if (bytes.length < 2 * SPAN) return 0;
  const sums: number[] = [];
  let sum = 0;
  for (const [i, size] of bytes.entries()) {
    sum += size - (bytes[i - SPAN] ?? 0);
    if (i >= SPAN - 1) sums.push(sum);
  }
  sums.sort((a, b) => a - b);
  return (sums.at(-1) ?? 0) - (sums[sums.length >> 2] ?? 0);
}
