import { chooseClips, type Clip, type ClipOptions } from './clips/choose-clips.ts';
import { scoreFrames } from './clips/frame-scores.ts';
import { decode } from './ffmpeg/decode.ts';
import { FrameAnalysis } from './frame-analysis.ts';
import type { Ffmpeg } from './ffmpeg/resolve.ts';
import { probe } from './probe.ts';
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
}

export interface CutAnalysis {
  /** Where the last decoded frame ends, in ms after the file's start. */
  durationMs: number;
  /** Every shot, in order. */
  shots: Shot[];
  /** The best clips, in order of time. */
  clips: Clip[];
}

/**
 * Finds the shots of a video and chooses its best clips, in one decoding pass and in memory that grows by a few numbers
 * a frame. The same file and options give the same answer.
 *
 * A file that is damaged or cut short, but opens, is analysed as far as it decodes.
 *
 * @throws MediaError for a fault of the file (permanent); FfmpegError for a fault of the machine; the reason of `signal`.
 */
export async function analyzeCuts(file: string, options: AnalyzeCutsOptions): Promise<CutAnalysis> {
  const { ffmpeg, signal, onProgress } = options;
  const info = await probe(file, { ffmpeg, signal });
  const expectedMs = info.videoEndMs ?? info.durationMs;
  let progress = 0;

  const analysis = new FrameAnalysis();
  const { timestampsMs: decoded, damaged } = await decode(file, {
    ffmpeg,
    info,
    signal,
    stallMs: options.stallMs ?? 60_000,
    onFrame: (rgb) => analysis.push(rgb),
    onTimestamp: (ms) => {
      const fraction = expectedMs === null ? 0 : Math.min(1, ms / expectedMs);
      if (fraction <= progress) return;
      progress = fraction;
      onProgress?.(fraction);
    },
  });

  const boundaries = analysis.shots.finish();
  const timeline = layTimeline(decoded, damaged, info);
  const shots = toShots(boundaries, timeline);
  const shotFrames = [0, ...boundaries.map(({ frame }) => frame)];
  const clips = chooseClips(
    { shots, scores: scoreFrames(analysis.table, shotFrames), ...timeline },
    options.clips,
  );
  onProgress?.(1);
  return { durationMs: timeline.durationMs, shots, clips };
}
