import { chooseClips, type Clip, type ClipOptions } from './clips/choose-clips.ts';
import { scoreFrames } from './clips/frame-scores.ts';
import { posterMs } from './clips/poster.ts';
import type { Ffmpeg } from './ffmpeg/resolve.ts';
import { measure } from './measurement/measure.ts';
import type { Measurement } from './measurement/measurement.ts';
import { measureQuiet } from './quiet/measure-quiet.ts';
import { probe, type MediaInfo } from './probe.ts';
import { findBoundaries } from './shots/find-boundaries.ts';
import type { Shot } from './shots/shot.ts';
import { layTimeline, toShots } from './timeline.ts';

export interface AnalyzeCutsOptions {
  ffmpeg: Ffmpeg;
  signal?: AbortSignal | undefined;
  /** Called with the fraction decoded so far, 0 to 1, never falling. */
  onProgress?: ((fraction: number) => void) | undefined;
  clips?: ClipOptions | undefined;
  /** Ends ffmpeg when it has written nothing for this long, in ms; 60000 by default. */
  stallMs?: number | undefined;
  /** Ends ffmpeg after this long altogether, in ms; ten minutes and ten times the video's length by default. */
  timeoutMs?: number | undefined;
  /** Whether to leave out decoding where packets and key frames tell that nothing happens; true by default. */
  skipQuiet?: boolean | undefined;
}

export interface CutAnalysis {
  /** Where the last decoded frame ends, in ms after the file's start. */
  durationMs: number;
  /** When each frame is shown, in ms, never falling. */
  timestampsMs: Float64Array;
  /** Every shot, in order. */
  shots: Shot[];
  /** When the best frame of each shot is shown, in ms. */
  shotPostersMs: number[];
  /** The best clips, in order of time. */
  clips: Clip[];
  /** The fraction of the frames that needed no decoding, 0 to 1. */
  skipped: number;
}

/**
 * Finds the shots of a video and chooses its best clips, in one decoding pass at most, and in memory that grows by a few numbers
 * a frame. The same file and options give the same answer.
 *
 * A file that is damaged or cut short, but opens, is analysed as far as it decodes.
 *
 * @throws MediaError for a fault of the file (permanent); FfmpegError for a fault of the machine; the reason of `signal`.
 */
export async function analyzeCuts(file: string, options: AnalyzeCutsOptions): Promise<CutAnalysis> {
  const { ffmpeg, signal, stallMs, timeoutMs, onProgress } = options;
  const info = await probe(file, { ffmpeg, signal });
  const expectedMs = info.videoEndMs ?? info.durationMs;
  let reached = 0;
  const measuring = {
    ffmpeg,
    info,
    signal,
    stallMs,
    timeoutMs,
    onProgress: (ms: number) => {
      if (expectedMs === null || ms <= reached) return;
      reached = ms;
      onProgress?.(Math.min(1, ms / expectedMs));
    },
  };
  const quiet = (options.skipQuiet ?? true) ? await measureQuiet(file, measuring) : null;
  const analysis = conclude(quiet ?? (await measure(file, measuring)), info, options.clips);
  onProgress?.(1);
  return analysis;
}

/** What follows from a measurement of the whole video. */
export function conclude(measurement: Measurement, info: MediaInfo, clipOptions?: ClipOptions): CutAnalysis {
  const { table, evidence, timestampsMs, damaged } = measurement;
  const boundaries = findBoundaries(table, evidence);
  const timeline = layTimeline(timestampsMs, damaged, info);
  const shots = toShots(boundaries, timeline);
  const shotFrames = [0, ...boundaries.map(({ frame }) => frame)];
  const source = { shots, scores: scoreFrames(table, shotFrames), ...timeline };
  return {
    ...timeline,
    shots,
    shotPostersMs: shots.map(({ startMs, endMs }) => posterMs(source, startMs, endMs)),
    clips: chooseClips(source, clipOptions),
    skipped: (measurement.skippedFrames ?? 0) / table.length,
  };
}
