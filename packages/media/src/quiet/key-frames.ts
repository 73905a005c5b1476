import { createDescriptor, describeFrame, distance } from '../features/descriptor.ts';
import { planesOf } from '../features/frame.ts';
import { countLuma, measurePicture } from '../features/picture.ts';
import { decode, ROUNDING_MS } from '../ffmpeg/decode.ts';
import type { MeasureOptions } from '../measurement/measure.ts';
import type { Look } from '../measurement/measurer.ts';
import { isBlank } from '../shots/blank.ts';
import type { Gop } from './gops.ts';

/** What timestamps from two programs may differ by, as both round them. In ms. */
export const DIFFERENCE_MS = 2 * ROUNDING_MS;

/** A frame that is not where the packets have it: they do not tell what is decoded. */
export class UnexpectedFrameError extends Error {}

export interface KeyFrame {
  /** In ms after the container's start, as the packets have it. */
  timeMs: number;
  look: Look;
}

/** Fewer other frames than this may come for each key frame: some are coded by themselves. */
const MOST_OTHERS = 2;

/**
 * Decodes the key frames alone, and looks at each. Those that a decoder leaves out are missing.
 *
 * @throws UnexpectedFrameError as soon as the decoder turns out to decode all frames, or tells of damage; as `decode` does
 */
export async function lookAtKeyFrames(
  file: string,
  gops: readonly Gop[],
  { ffmpeg, info, signal, stallMs, timeoutMs }: MeasureOptions,
): Promise<KeyFrame[]> {
  const looks: Look[] = [];
  /** Of each look; NaN where it is none of a key frame. */
  const timesMs: number[] = [];
  const histogram = new Uint32Array(256);
  let next = 0;
  let others = 0;
  const { damaged } = await decode(file, {
    ffmpeg,
    info,
    signal,
    stallMs: stallMs ?? 60_000,
    timeoutMs,
    keyFramesOnly: true,
    onFrame(frame) {
      const planes = planesOf(frame);
      countLuma(planes.y, histogram);
      const picture = measurePicture(planes, histogram);
      const descriptor = createDescriptor();
      describeFrame(planes, histogram, picture, descriptor);
      looks.push({ descriptor, picture });
    },
    onTimestamp(ms) {
      const timeOf = (place: number) => gops[place]?.timesMs[0] ?? Infinity;
      while (timeOf(next) < ms - DIFFERENCE_MS) next += 1;
      if (timeOf(next) <= ms + DIFFERENCE_MS) {
        timesMs.push(timeOf(next));
        next += 1;
      } else {
        timesMs.push(Number.NaN);
        others += 1;
        if (others > MOST_OTHERS * (next + 5)) throw new UnexpectedFrameError();
      }
    },
  });
  if (damaged) throw new UnexpectedFrameError();
  return looks.flatMap((look, i) => {
    const timeMs = timesMs[i];
    return timeMs === undefined || Number.isNaN(timeMs) ? [] : [{ timeMs, look }];
  });
}

/** Less than what is taken for a change of shot, by any finder: 7 of a cut, 14 of what comes slowly. */
const ALIKE = 5;

/** Whether nothing could be found where one picture is followed by the other. */
export const areAlike = (a: Look, b: Look): boolean =>
  distance(a.descriptor, b.descriptor) < ALIKE && isBlank(a.descriptor) === isBlank(b.descriptor);
