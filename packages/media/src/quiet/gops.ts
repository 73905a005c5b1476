import type { Packet } from '../ffmpeg/packets.ts';

/** A key frame, and the frames that are shown after it and before the next one. */
export interface Gop {
  /** When its frames are shown, in ms after the container's start; the first is that of the key frame. */
  timesMs: number[];
  /** Bytes of the key frame. */
  keyBytes: number;
  /** Bytes of the other frames, in the order in which they are shown. */
  bytes: number[];
}

/** @param shown packets in the order in which they are shown. @returns undefined where they do not begin with a key frame */
export function gopsOf(shown: readonly Packet[]): Gop[] | undefined {
  if (!shown[0]?.isKey) return undefined;
  const gops: Gop[] = [];
  for (const { timeMs, size, isKey } of shown) {
    const current = gops.at(-1);
    if (isKey || !current) gops.push({ timesMs: [timeMs], keyBytes: size, bytes: [] });
    else {
      current.timesMs.push(timeMs);
      current.bytes.push(size);
    }
  }
  return gops;
}

/** The same frames, where decoding can begin at some of the key frames only: the others are as all frames are. */
export function regroup(gops: readonly Gop[], keyTimesMs: ReadonlySet<number>): Gop[] {
  const regrouped: Gop[] = [];
  for (const gop of gops) {
    const last = regrouped.at(-1);
    if (!last || keyTimesMs.has(gop.timesMs[0] ?? Number.NaN)) {
      regrouped.push({ ...gop, timesMs: [...gop.timesMs], bytes: [...gop.bytes] });
    } else {
      last.timesMs.push(...gop.timesMs);
      last.bytes.push(gop.keyBytes, ...gop.bytes);
    }
  }
  return regrouped;
}
