import { inOrderShown, type Packets } from '../ffmpeg/packets.ts';
import { REACH } from './measurer.ts';

/** A part of a video that can be decoded by itself. Times are in ms after the container's start. */
export interface Segment {
  /** From 0. */
  index: number;
  /** Frames from `startMs` on, and before `endMs`, are its own; -Infinity and Infinity at the ends of the video. */
  startMs: number;
  endMs: number;
  /** The key frame from which it is decoded, just as far ahead as measuring looks back; -Infinity: the first one. */
  seekMs: number;
}

/**
 * Plans how to measure a video in parts that together give exactly what the whole gives.
 *
 * @param packets of a video that `isSeekable`, in the order in which they are decoded
 * @param targetMs how long a segment should be, in ms; none is shorter than half of it
 * @returns the segments in order; none where the video is too short, or cannot be cut into parts for certain: its timestamps
 * are missing or equal, or its key frames too rare
 */
export function planSegments(packets: Packets, targetMs: number): Segment[] {
  const shown = inOrderShown(packets);
  if (!shown) return [];
  const { timesMs, isKey } = shown;
  const lastMs = timesMs.at(-1) ?? 0;

  const starts: { startMs: number; seekMs: number }[] = [];
  let dueMs = (timesMs[0] ?? 0) + targetMs;
  for (const [place, seekMs] of timesMs.entries()) {
    // As far behind a key frame as measuring looks back: no frame is decoded that nobody looks at.
    const startMs = isKey[place] === 1 ? timesMs[place + REACH] : undefined;
    if (startMs === undefined || startMs < dueMs || lastMs - startMs < targetMs / 2) continue;
    starts.push({ startMs, seekMs });
    dueMs = Math.max(dueMs, startMs - targetMs / 2) + targetMs;
  }
  if (starts.length === 0) return [];
  const first = { startMs: -Infinity, seekMs: -Infinity };
  return [first, ...starts].map(({ startMs, seekMs }, index) => {
    return { index, startMs, endMs: starts[index]?.startMs ?? Infinity, seekMs };
  });
}
