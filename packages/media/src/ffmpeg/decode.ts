import { FfmpegError } from '../errors.ts';
import type { MediaInfo } from '../probe.ts';
import { describeUndecodable } from './describe-unreadable.ts';
import { FrameAssembler } from './frame-assembler.ts';
import { inputUrl, MAX_PIXELS, whitelistArgs } from './hostile-input.ts';
import type { Ffmpeg } from './resolve.ts';
import { run, withTail } from './run.ts';
import { ShowinfoParser } from './showinfo-parser.ts';

/** Frames are analysed at this size, in pixels; each is `width * height * 3` bytes of RGB. */
export const FRAME = { width: 160, height: 90, bytes: 160 * 90 * 3 } as const;

export interface DecodeOptions {
  ffmpeg: Ffmpeg;
  info: MediaInfo;
  signal?: AbortSignal | undefined;
  /** Ends ffmpeg when it has written nothing for this long, in ms. */
  stallMs: number;
  /** Called with each frame in display order. The bytes are reused: take what is needed before returning. */
  onFrame: (rgb: Uint8Array) => void;
  /** Called with the time of each frame, in ms after the container's start. */
  onTimestamp: (ms: number) => void;
}

export interface Decoded {
  /** Presentation time of each frame, in ms after the container's start; null where the stream gives none. */
  timestampsMs: (number | null)[];
  /** Whether ffmpeg reported damage on the way: frames may be missing. */
  damaged: boolean;
}

/**
 * Decodes a video once, scaled to FRAME. Each decoded frame is handed out exactly once, with the timestamp that the
 * `showinfo` filter prints for that very frame, so variable rates, B-frames, edit lists and late starts cannot drift.
 *
 * What a damaged file still gives is handed out, and `damaged` set.
 *
 * @throws MediaError when not one frame decodes; FfmpegError and the signal's reason as `run` does.
 */
export async function decode(file: string, options: DecodeOptions): Promise<Decoded> {
  const { ffmpeg, info, signal, stallMs, onFrame, onTimestamp } = options;
  const frames = new FrameAssembler(FRAME.bytes, onFrame);
  const timestampsMs: (number | null)[] = [];
  const showinfo = new ShowinfoParser((ms) => {
    timestampsMs.push(ms);
    if (ms !== null) onTimestamp(ms);
  });
  let damaged = false;

  const args = [
    ['-nostdin', '-hide_banner', '-nostats', '-loglevel', 'repeat+level+info'],
    [...whitelistArgs(), '-max_pixels', String(MAX_PIXELS), '-i', inputUrl(file)],
    ['-map', `0:${info.streamIndex}`, '-an', '-sn', '-dn'],
    ['-filter:v', `scale=${FRAME.width}:${FRAME.height}:flags=area,format=rgb24,showinfo`],
    [...ffmpeg.passthroughArgs, '-f', 'rawvideo', 'pipe:1'],
  ].flat();

  const { exitCode, stderrTail } = await run(ffmpeg.ffmpeg, args, {
    signal,
    stallMs,
    onStdout: (chunk) => frames.push(chunk),
    onStderrLine: (line) => {
      if (showinfo.push(line)) return false;
      const isError = line.includes('[error]') || line.includes('[fatal]');
      // The rawvideo muxer complains of equal timestamps, which it does not use.
      damaged ||= isError && !line.startsWith('[rawvideo ');
      return isError;
    },
  });

  if (frames.count === 0) throw describeUndecodable(ffmpeg.version, info.codec, exitCode, stderrTail);
  if (exitCode !== 0 && !/Invalid data found/i.test(stderrTail.join('\n'))) {
    throw new FfmpegError('failed', withTail(`ffmpeg failed with exit code ${exitCode}.`, stderrTail));
  }
  if (frames.count !== timestampsMs.length) {
    const counts = `${frames.count} frames but ${timestampsMs.length} timestamps`;
    throw new FfmpegError('failed', withTail(`ffmpeg ${ffmpeg.version} wrote ${counts}.`, stderrTail));
  }
  return { timestampsMs, damaged: damaged || exitCode !== 0 };
}
