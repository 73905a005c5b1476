import { open, stat } from 'node:fs/promises';
import { z } from 'zod';
import { FfmpegError, MediaError } from './errors.ts';
import { describeUnreadable, tooManyStreams } from './ffmpeg/describe-unreadable.ts';
import {
  inputUrl,
  MAX_PIXELS,
  pointsElsewhere,
  sizeLimitArgs,
  whitelistArgs,
} from './ffmpeg/hostile-input.ts';
import type { Ffmpeg } from './ffmpeg/resolve.ts';
import { run, withTail } from './ffmpeg/run.ts';

/** What the container says about a video. It is a claim until the frames are decoded. */
export interface MediaInfo {
  /** The file's first timestamp, in ms, of whatever stream: players show it as 0. Up to days in a recorded broadcast. */
  startMs: number;
  /** Length in ms, or null where the container does not say (raw streams, some live recordings). */
  durationMs: number | null;
  /** Size as displayed, in pixels: after rotation and pixel aspect ratio. */
  width: number;
  height: number;
  /** Pixels of a frame as it is coded. */
  framePixels: number;
  /** Average frames a second, or null where the container does not say. */
  frameRate: number | null;
  /** ffmpeg's name of the video codec, such as `h264`. */
  codec: string;
  /** ffmpeg's names of the container format, such as `mov,mp4,m4a,3gp,3g2,mj2`. */
  container: string;
  hasAudio: boolean;
  /** Index of the audio stream that a player plays by default, or null where none can be decoded. */
  audioStreamIndex: number | null;
  /** Whether its frames are made of two fields, one a moment later than the other. */
  interlaced: boolean;
  colour: Colour;
  /** Index of the video stream that is analysed: the first that is no cover picture. */
  streamIndex: number;
  /** Where the video stream says it ends, in ms after the container's start, or null. */
  videoEndMs: number | null;
}

/** How the numbers of a picture mean colours, in ffmpeg's names, such as `bt709`; null where the file does not say. */
export interface Colour {
  /** The matrix between RGB and YUV. */
  space: string | null;
  transfer: string | null;
  primaries: string | null;
}

export interface ProbeOptions {
  ffmpeg: Ffmpeg;
  signal?: AbortSignal | undefined;
}

const MAX_OUTPUT_BYTES = 1_000_000;
const TIMEOUT_MS = 60_000;
const HEAD_BYTES = 1024;

const seconds = z.coerce.number().min(-1e9).max(1e9).optional().catch(undefined);
const Stream = z.object({
  index: z.int().min(0),
  codec_type: z.string().optional(),
  codec_name: z.string().max(100).optional(),
  codec_tag_string: z.string().max(100).optional(),
  sample_rate: z.coerce.number().optional().catch(undefined),
  channels: z.int().optional(),
  width: z.int().min(0).optional(),
  height: z.int().min(0).optional(),
  sample_aspect_ratio: z.string().max(50).optional(),
  avg_frame_rate: z.string().max(50).optional(),
  start_time: seconds,
  duration: seconds,
  field_order: z.string().max(50).optional(),
  color_space: z.string().max(50).optional(),
  color_transfer: z.string().max(50).optional(),
  color_primaries: z.string().max(50).optional(),
  disposition: z.object({ default: z.int().optional(), attached_pic: z.int().optional() }).optional(),
  tags: z.object({ rotate: z.string().max(50).optional() }).optional(),
  side_data_list: z.array(z.object({ rotation: z.number().optional() })).optional(),
});
const Output = z.object({
  streams: z.array(Stream).default([]),
  format: z.object({ format_name: z.string().max(200), start_time: seconds, duration: seconds }),
});

const ENTRIES = [
  'stream=index,codec_type,codec_name,codec_tag_string,width,height,sample_aspect_ratio,avg_frame_rate,start_time,duration',
  'stream=sample_rate,channels,field_order,color_space,color_transfer,color_primaries',
  'stream_disposition=default,attached_pic',
  'stream_tags=rotate',
  'stream_side_data=rotation',
  'format=format_name,start_time,duration',
].join(':');

/**
 * Reads what the container of a video file says, with ffprobe.
 *
 * @throws MediaError when the file is no regular file, empty, no video, unreadable, without a video stream, encrypted, or
 * its frames too large or its streams too many; FfmpegError when ffprobe itself fails; the system's error when the file
 * cannot be read; the signal's reason.
 */
export async function probe(file: string, options: ProbeOptions): Promise<MediaInfo> {
  const head = await readHead(file);
  if (head.length === 0) throw new MediaError('empty_file', 'The file is empty. Upload the video again.');
  if (pointsElsewhere(head)) {
    const message = 'This is a playlist: it holds no video, but names others. Upload the video itself.';
    throw new MediaError('format_not_allowed', message);
  }

  let json = '';
  const args = [
    ['-v', 'repeat+level+error', ...whitelistArgs(), ...sizeLimitArgs(1)],
    ['-of', 'json', '-show_entries', ENTRIES, inputUrl(file)],
  ].flat();
  const { exitCode, stderrTail } = await run(options.ffmpeg.ffprobe, args, {
    signal: options.signal,
    stallMs: TIMEOUT_MS,
    timeoutMs: TIMEOUT_MS,
    maxMemoryBytes: options.ffmpeg.maxMemoryBytes,
    onStdout: (chunk) => {
      // What is read of it is ASCII, and a chunk may end within a character of what is not.
      json += chunk.toString('latin1');
      if (json.length > MAX_OUTPUT_BYTES) throw tooManyStreams([]);
    },
  });
  if (exitCode !== 0) throw describeUnreadable(exitCode, stderrTail, isMp4(head));

  const output = Output.safeParse(parseJson(json));
  if (!output.success) {
    const message = `ffprobe answered in a form that is not understood: ${z.prettifyError(output.error)}.`;
    throw new FfmpegError('failed', withTail(message, stderrTail));
  }
  return toMediaInfo(output.data);
}

async function readHead(file: string): Promise<Buffer> {
  // A named pipe would be waited on for ever, and a device may have no end.
  if (!(await stat(file)).isFile()) {
    throw new MediaError('not_a_file', 'This is a folder, a pipe or a device. Upload a video file.');
  }
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** ISO/IEC 23001-7 (Common Encryption), and what films bought from Apple have. */
const ENCRYPTED_TAGS = new Set(['encv', 'drmi']);

/** An MP4 or MOV begins with a box: four bytes of length, four letters of type (ISO/IEC 14496-12, section 4.2). */
function isMp4(head: Buffer): boolean {
  return ['ftyp', 'moov', 'mdat', 'free', 'skip', 'wide', 'styp'].includes(head.toString('latin1', 4, 8));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toMediaInfo({ streams, format }: z.infer<typeof Output>): MediaInfo {
  const video = streams.find((s) => s.codec_type === 'video' && s.disposition?.attached_pic !== 1);
  const sounds = streams.filter((s) => s.codec_type === 'audio');
  const playable = sounds.filter((s) => s.codec_name !== undefined && s.sample_rate && s.channels);
  const audio = playable.find((s) => s.disposition?.default === 1) ?? playable[0];
  if (!video) {
    const what = sounds.length > 0 ? 'The file holds sound but no video.' : 'The file holds no video stream.';
    throw new MediaError('no_video_stream', `${what} Upload a file with a picture track.`);
  }
  if (ENCRYPTED_TAGS.has(video.codec_tag_string ?? '')) {
    throw new MediaError('encrypted', 'The video is encrypted. Upload one without copy protection (DRM).');
  }
  const { width = 0, height = 0 } = video;
  if (width * height > MAX_PIXELS) {
    const limit = `at most ${MAX_PIXELS / 1e6} megapixels are taken`;
    throw new MediaError(
      'frame_too_large',
      `The frames are ${width} x ${height} pixels; ${limit}. Scale it down.`,
    );
  }

  const aspect = ratio(video.sample_aspect_ratio?.replace(':', '/')) ?? 1;
  const displayWidth = Math.round(width * aspect);
  const rotation = video.side_data_list?.find((s) => s.rotation !== undefined)?.rotation;
  const quarterTurned = Math.abs(Math.round((rotation ?? (Number(video.tags?.rotate) || 0)) / 90)) % 2 === 1;
  const start = format.start_time ?? 0;
  const videoEnd =
    video.duration === undefined ? undefined : (video.start_time ?? 0) + video.duration - start;

  return {
    startMs: start * 1000,
    durationMs: toMs(format.duration ?? video.duration),
    width: quarterTurned ? height : displayWidth,
    height: quarterTurned ? displayWidth : height,
    framePixels: width * height,
    frameRate: ratio(video.avg_frame_rate),
    codec: video.codec_name ?? 'unknown',
    container: format.format_name,
    hasAudio: sounds.length > 0,
    audioStreamIndex: audio?.index ?? null,
    interlaced: ['tt', 'bb', 'tb', 'bt'].includes(video.field_order ?? ''),
    colour: {
      space: named(video.color_space),
      transfer: named(video.color_transfer),
      primaries: named(video.color_primaries),
    },
    streamIndex: video.index,
    videoEndMs: toMs(videoEnd),
  };
}

/** ffprobe says `unknown`, or nothing at all. */
function named(value: string | undefined): string | null {
  return value === undefined || !/^[a-z0-9-]+$/.test(value) || value === 'unknown' ? null : value;
}

function toMs(value: number | undefined): number | null {
  return value === undefined || value <= 0 ? null : Math.round(value * 1000);
}

/** `30000/1001` as a number; null for `0/0` and whatever is not a positive fraction. */
function ratio(text: string | undefined): number | null {
  const [, above, below] = /^(\d+)\/(\d+)$/.exec(text ?? '') ?? [];
  const value = Number(above) / Number(below);
  return Number.isFinite(value) && value > 0 ? value : null;
}
