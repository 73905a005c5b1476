import { FfmpegError } from '../errors.ts';
import { FRAME } from '../features/frame.ts';
import type { MediaInfo } from '../probe.ts';
import { describeUndecodable } from './describe-unreadable.ts';
import { FrameAssembler } from './frame-assembler.ts';
import { frameTimes } from './frame-times.ts';
import { inputUrl, sizeLimitArgs, whitelistArgs } from './hostile-input.ts';
import { decoderThreads, decodeTimeoutMs } from './limits.ts';
import { ownTimesArgs } from './own-times.ts';
import type { Ffmpeg } from './resolve.ts';
import { run, withTail } from './run.ts';

/** Which frames to decode, by their presentation time in ms after the container's start. */
interface DecodeRange {
  /** The time of a key frame: decoding begins with it, or with an earlier one; -Infinity: with the first. */
  seekMs: number;
  /** What is damaged before this time does not count: after a seek, frames that lack what they refer to are common. */
  startMs: number;
  /** Decoding ends when `framesAfter` frames at or after this time have come. */
  endMs: number;
  framesAfter: number;
  /** Whether to hand out the frames from `startMs` on and before `endMs` alone, and none after. */
  isTrimmed?: boolean | undefined;
}

export interface DecodeOptions {
  ffmpeg: Ffmpeg;
  info: MediaInfo;
  signal?: AbortSignal | undefined;
  /** Ends ffmpeg when it has written nothing for this long, in ms. */
  stallMs: number;
  /** Ends ffmpeg after this long altogether, in ms; by default as `decodeTimeoutMs` has it. */
  timeoutMs?: number | undefined;
  /** Default: the whole video. */
  range?: DecodeRange | undefined;
  /** Whether to decode only the frames with which decoding can begin; some others may come as well. */
  keyFramesOnly?: boolean | undefined;
  /** Called with each frame in display order: see FRAME. The bytes are reused: take what is needed before returning. */
  onFrame: (frame: Uint8Array) => void;
  /** Called with the time of each frame, in ms after the container's start. */
  onTimestamp: (ms: number) => void;
}

export interface Decoded {
  /** Presentation time of each frame, in ms after the container's start; null where the stream gives none. */
  timestampsMs: (number | null)[];
  /** Whether ffmpeg reported damage on the way: frames may be missing. */
  damaged: boolean;
}

/** From this many pixels a frame on, the deblocking filter is left out: it is a fifth of the decoding, and no cell shows it. */
const LARGE_FRAME = 1280 * 720;

/**
 * Decodes a video once, scaled to FRAME. Each decoded frame is handed out exactly once, with the timestamp that the
 * last filter prints for that very frame, so variable rates, B-frames, edit lists and late starts cannot drift.
 *
 * What a damaged file still gives is handed out, and `damaged` set.
 *
 * @throws MediaError when not one frame decodes; FfmpegError and the signal's reason as `run` does.
 */
export async function decode(file: string, options: DecodeOptions): Promise<Decoded> {
  const { ffmpeg, info, signal, stallMs, timeoutMs, range, onFrame, onTimestamp } = options;
  const frames = new FrameAssembler(FRAME.bytes, onFrame);
  const timestampsMs: (number | null)[] = [];
  let begun = !range || range.startMs === -Infinity;
  let enough = Infinity;
  let after = 0;
  const times = frameTimes(ffmpeg, (pts) => {
    const ms = pts === null ? null : pts - info.startMs;
    timestampsMs.push(ms);
    if (ms === null) return;
    begun ||= ms >= (range?.startMs ?? -Infinity);
    onTimestamp(ms);
    if (!range || ms < range.endMs) return;
    after += 1;
    if (after === range.framesAfter) enough = timestampsMs.length;
  });
  let damaged = false;

  const threads = decoderThreads(info.framePixels, ffmpeg.maxMemoryBytes);
  const trim = range?.isTrimmed ? trimFilter(range, info) : '';
  const args = [
    ['-nostdin', '-hide_banner', '-nostats', '-loglevel', 'repeat+level+info'],
    [...whitelistArgs(), ...sizeLimitArgs(threads), ...ownTimesArgs(info)],
    // One thread scales as fast as the others decode, and several spend a tenth of the time on waiting for each other.
    ['-filter_threads', '1'],
    info.framePixels >= LARGE_FRAME ? ['-skip_loop_filter', 'all'] : [],
    options.keyFramesOnly ? keyFrameArgs(info) : [],
    range && range.seekMs > -Infinity ? ['-noaccurate_seek', '-ss', (range.seekMs / 1000).toFixed(6)] : [],
    ['-i', inputUrl(file), '-map', `0:${info.streamIndex}`, '-an', '-sn', '-dn'],
    ['-filter:v', `${trim}scale=${FRAME.width}:${FRAME.height}:flags=area,format=yuv420p,${times.filter}`],
    [...ffmpeg.passthroughArgs, '-f', 'rawvideo', 'pipe:1'],
  ].flat();

  const { exitCode, stderrTail } = await run(ffmpeg.ffmpeg, args, {
    signal,
    stallMs,
    timeoutMs: timeoutMs ?? decodeTimeoutMs(info.durationMs),
    maxMemoryBytes: ffmpeg.maxMemoryBytes,
    onStdout: (chunk) => frames.push(chunk),
    ...(times.stream === 'side' && { onSideLine: (line) => void times.push(line) }),
    enough: () => timestampsMs.length >= enough && frames.count >= enough,
    onStderrLine: (line) => {
      if (times.stream === 'stderr' && times.push(line)) return false;
      const isError = line.includes('[error]') || line.includes('[fatal]');
      // The rawvideo muxer complains of equal timestamps, which it does not use.
      damaged ||= isError && begun && !line.startsWith('[rawvideo ');
      return isError;
    },
  });

  if (frames.count === 0) throw describeUndecodable(ffmpeg.version, info.codec, exitCode, stderrTail);
  if (enough < Infinity) return { timestampsMs: timestampsMs.slice(0, enough), damaged };
  if (exitCode !== 0 && !/Invalid data found/i.test(stderrTail.join('\n'))) {
    throw new FfmpegError('failed', withTail(`ffmpeg failed with exit code ${exitCode}.`, stderrTail));
  }
  if (frames.count !== timestampsMs.length) {
    const counts = `${frames.count} frames but ${timestampsMs.length} timestamps`;
    throw new FfmpegError('failed', withTail(`ffmpeg ${ffmpeg.version} wrote ${counts}.`, stderrTail));
  }
  return { timestampsMs, damaged: damaged || exitCode !== 0 };
}

/** For H.264 `nokey` means IDR frames alone, and leaves out others with which decoding can begin. Some decoders know neither. */
const keyFrameArgs = ({ codec }: MediaInfo) => ['-skip_frame', codec === 'h264' ? 'nointra' : 'nokey'];

/** What a timestamp that a program has rounded may be off by. In ms. */
export const ROUNDING_MS = 0.01;

function trimFilter({ startMs, endMs }: DecodeRange, info: MediaInfo): string {
  const at = (name: string, ms: number) =>
    Number.isFinite(ms) ? [`${name}=${((ms + info.startMs - ROUNDING_MS) / 1000).toFixed(6)}`] : [];
  const limits = [...at('start', startMs), ...at('end', endMs)];
  return limits.length === 0 ? '' : `trim=${limits.join(':')},`;
}
