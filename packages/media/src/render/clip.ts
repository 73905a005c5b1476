import { MediaError } from '../errors.ts';
import { inputUrl } from '../ffmpeg/hostile-input.ts';
import { decoderThreads } from '../ffmpeg/limits.ts';
import { LineSplitter } from '../ffmpeg/line-splitter.ts';
import type { MediaInfo } from '../probe.ts';
import { type FrameSize, renderSize } from './frame-size.ts';
import { type PictureConversion, pictureConversion } from './picture-conversion.ts';
import { renderExactly, type RenderOptions } from './run-render.ts';
import { framesFrom, soundFrom, TIMESCALE } from './seek.ts';

export interface WriteClipOptions extends RenderOptions {
  /** Of the first frame, in ms after the file's start, as `analyzeCuts` gives it. */
  startMs: number;
  /** Where the last frame ends, in ms after the file's start. */
  endMs: number;
  /** Called with the fraction encoded so far, 0 to 1, never falling. */
  onProgress?: ((fraction: number) => void) | undefined;
}

/** A seek that a player makes lands at most this far before its aim, in s. */
const KEY_FRAME_SECONDS = 2;
/** Sound that is this far from where its timestamps say is moved there, in s: less than a frame at 30 a second. */
const MAX_SOUND_DRIFT = 0.02;
/** Taken where the file does not say. In frames a second; it chooses the H.264 level, and measures progress. */
const USUAL_FRAME_RATE = 30;
const FASTEST_FRAME_RATE = 240;

/**
 * Writes a stretch of a video as an mp4 that plays everywhere: H.264 in 8-bit yuv420p, at most 1080p, with AAC where there is
 * sound, index first. Its first frame is the very frame that the analysis puts at `startMs`, every frame of the stretch
 * is in it once, at its own time, and the sound keeps its place beside them. Where the sound cannot be decoded, it is silent.
 *
 * The same ffmpeg on the same machine makes the same bytes of the same stretch. When it rejects, what it has written of `output` is left to
 * whoever owns the folder.
 *
 * @param output path of the file to write; what is there is replaced
 * @throws MediaError `no_frames` when the stretch has none; FfmpegError and the signal's reason as `run` does
 */
export async function writeClip(file: string, output: string, options: WriteClipOptions): Promise<FrameSize> {
  const { ffmpeg, info, startMs, signal, onProgress } = options;
  const pictures = await pictureConversion(info, ffmpeg, signal);
  const size = renderSize(info);
  const frameRate = Math.min(FASTEST_FRAME_RATE, info.frameRate ?? USUAL_FRAME_RATE);
  const progress = progressLines(options, frameRate);
  const onStdout = (chunk: Buffer) => progress.push(chunk);
  const renderAs = (from: WriteClipOptions) => {
    const args = (firstTime: string) => clipArgs(output, { size, pictures, frameRate, firstTime }, from);
    return renderExactly({ file, zeroMs: startMs, args, onStdout }, from);
  };
  try {
    await renderAs(options);
  } catch (error) {
    // Sound that this ffmpeg cannot decode keeps it from showing anything: better a silent clip than none.
    if (info.audioStreamIndex === null || !isNoFrames(error)) throw error;
    await renderAs({ ...options, info: { ...info, audioStreamIndex: null } });
  }
  onProgress?.(1);
  return size;
}

const isNoFrames = (error: unknown) => error instanceof MediaError && error.code === 'no_frames';

interface Encoding {
  size: FrameSize;
  pictures: PictureConversion;
  frameRate: number;
  /** Filters for the first frame alone, which tell its time. */
  firstTime: string;
}

function clipArgs(
  output: string,
  { size, pictures, frameRate, firstTime }: Encoding,
  { ffmpeg, info, startMs, endMs }: WriteClipOptions,
): string[] {
  const lengthMs = endMs - startMs;
  const graph = [
    `${framesFrom(info, startMs, lengthMs)},split[clip][first]`,
    `[first]trim=end_frame=1,${firstTime},nullsink`,
    `[clip]${pictures.toVideo(size)}[video]`,
    ...audioGraph(info, startMs, lengthMs),
  ];
  const hasAudio = info.audioStreamIndex !== null;
  return [
    ['-filter_complex', graph.join(';'), '-map', '[video]', ...(hasAudio ? ['-map', '[audio]'] : [])],
    // A phone's file says where it was filmed.
    ['-map_metadata', '-1', '-map_chapters', '-1'],
    ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20', '-maxrate', '10M', '-bufsize', '20M'],
    ['-threads:v', String(decoderThreads(size.width * size.height, ffmpeg.maxMemoryBytes))],
    // ffmpeg before 4.3 takes the ticks for the frame rate, and claims a level that no device decodes.
    ['-x264-params', `fps=${frameRate.toFixed(3)}`],
    ['-force_key_frames', `expr:gte(t,n_forced*${KEY_FRAME_SECONDS})`, ...pictures.videoTags],
    [...ffmpeg.variableRateArgs, '-enc_time_base:v', `1:${TIMESCALE}`],
    hasAudio ? ['-c:a', 'aac', '-b:a', '128k'] : [],
    ['-movflags', '+faststart', '-progress', 'pipe:1', '-f', 'mp4', inputUrl(output)],
  ].flat();
}

/** The sound of the clip, with silence where it has gaps, also at its beginning. */
function audioGraph(info: MediaInfo, startMs: number, lengthMs: number): string[] {
  if (info.audioStreamIndex === null) return [];
  return [
    [
      soundFrom(info, info.audioStreamIndex, startMs, lengthMs),
      `aresample=48000:async=1:min_hard_comp=${MAX_SOUND_DRIFT}:first_pts=0`,
      'aformat=channel_layouts=stereo|mono[audio]',
    ].join(','),
  ];
}

/** Reads what `-progress` writes: lines such as `frame=72`. The time beside it counts from wherever it was first told. */
function progressLines({ startMs, endMs, onProgress }: WriteClipOptions, frameRate: number): LineSplitter {
  const frames = ((endMs - startMs) * frameRate) / 1000;
  let progress = 0;
  return new LineSplitter((line) => {
    const [, count] = /^frame=(\d+)$/.exec(line) ?? [];
    const fraction = Math.min(1, Number(count) / frames);
    if (!(fraction > progress)) return;
    progress = fraction;
    onProgress?.(fraction);
  });
}
