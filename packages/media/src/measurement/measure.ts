import { decode, ROUNDING_MS } from '../ffmpeg/decode.ts';
import type { Ffmpeg } from '../ffmpeg/resolve.ts';
import type { MediaInfo } from '../probe.ts';
import { type Measurement, sliceMeasurement } from './measurement.ts';
import { Measurer, REACH } from './measurer.ts';
import type { Segment } from './segments.ts';

export interface MeasureOptions {
  ffmpeg: Ffmpeg;
  info: MediaInfo;
  signal?: AbortSignal | undefined;
  /** Called with the time decoded up to, in ms after the container's start, rising. */
  onProgress?: ((decodedMs: number) => void) | undefined;
  /** Ends ffmpeg when it has written nothing for this long, in ms; 60000 by default. */
  stallMs?: number | undefined;
  /** Ends ffmpeg after this long altogether, in ms; ten minutes and ten times the video's length by default. */
  timeoutMs?: number | undefined;
  /** The part of the video to measure; default: all of it. */
  segment?: Segment | undefined;
}

/**
 * Decodes a video once and measures every frame. Memory grows by 36 bytes a frame.
 *
 * A segment is decoded with as many frames around it as measuring looks at, so that its measurement is, to the last bit,
 * that part of the whole video's.
 *
 * @throws as `decode` does
 */
export async function measure(file: string, options: MeasureOptions): Promise<Measurement> {
  const { ffmpeg, info, signal, onProgress, segment } = options;
  const measurer = new Measurer();
  let latest = -Infinity;
  const { timestampsMs, damaged } = await decode(file, {
    ffmpeg,
    info,
    signal,
    stallMs: options.stallMs ?? 60_000,
    timeoutMs: options.timeoutMs,
    range: segment && {
      seekMs: segment.seekMs,
      startMs: segment.startMs,
      endMs: segment.endMs - ROUNDING_MS,
      framesAfter: REACH,
    },
    onFrame: (frame) => measurer.push(frame),
    onTimestamp: (ms) => {
      if (ms <= latest) return;
      latest = ms;
      onProgress?.(ms);
    },
  });
  const whole = {
    timestampsMs: Float64Array.from(timestampsMs, (ms) => ms ?? Number.NaN),
    damaged,
    table: measurer.table,
    evidence: measurer.finish(),
  };
  if (!segment) return whole;
  const from = whole.timestampsMs.findIndex((ms) => ms >= segment.startMs - ROUNDING_MS);
  const to = whole.timestampsMs.findIndex((ms) => ms >= segment.endMs - ROUNDING_MS);
  return sliceMeasurement(whole, from < 0 ? timestampsMs.length : from, to < 0 ? timestampsMs.length : to);
}
