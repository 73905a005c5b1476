import type { Packets } from '../ffmpeg/packets.ts';

/** A key frame, and the frames that are shown after it and before the next one. */
export interface Gop {
  /** When its frames are shown, in ms after the container's start; the first is that of the key frame. */
  timesMs: Float64Array;
  /** Bytes of the key frame. */
  keyBytes: number;
  /** Bytes of the other frames, in the order in which they are shown. */
  bytes: Uint32Array;
}

/**
 * @param shown packets in the order in which they are shown
 * @param begins of the packets at which decoding can begin, those at which a group does: default all
 * @returns undefined where they do not begin with one
 */
export function gopsOf(
  { timesMs, bytes, isKey }: Packets,
  begins: (timeMs: number) => boolean = () => true,
): Gop[] | undefined {
  const starts: number[] = [];
  for (const [i, key] of isKey.entries()) if (key === 1 && begins(timesMs[i] ?? 0)) starts.push(i);
  if (starts[0] !== 0) return undefined;
  return starts.map((start, k) => ({
    timesMs: timesMs.subarray(start, starts[k + 1]),
    keyBytes: bytes[start] ?? 0,
    bytes: bytes.subarray(start + 1, starts[k + 1]),
  }));
}
