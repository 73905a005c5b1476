import { FfmpegError, MediaError } from '../errors.ts';
import { tellsOfMachineFault } from '../ffmpeg/describe-unreadable.ts';
import { type FrameTimes, frameTimes } from '../ffmpeg/frame-times.ts';
import { inputUrl, sizeLimitArgs, whitelistArgs } from '../ffmpeg/hostile-input.ts';
import { decoderThreads, decodeTimeoutMs } from '../ffmpeg/limits.ts';
import { ownTimesArgs } from '../ffmpeg/own-times.ts';
import type { Ffmpeg } from '../ffmpeg/resolve.ts';
import { run, withTail } from '../ffmpeg/run.ts';
import type { MediaInfo } from '../probe.ts';
import { seekArgs, wellBefore } from './seek.ts';

export interface RenderOptions {
  ffmpeg: Ffmpeg;
  /** What `probe` says of the file. */
  info: MediaInfo;
  signal?: AbortSignal | undefined;
  /** Ends ffmpeg when it has written nothing for this long, in ms; 60000 by default. */
  stallMs?: number | undefined;
}

interface Render {
  file: string;
  onStdout?: (chunk: Buffer) => void;
}

interface ExactRender extends Render {
  /** The time of the first frame that is wanted, which the filters make 0. In ms after the file's start. */
  zeroMs: number;
  /** ffmpeg's options after `-i`. `firstTime` are filters for the first frame alone, which tell its time. */
  args: (firstTime: string) => readonly string[];
}

interface SoughtRender extends Render {
  args: readonly string[];
  /** From where on the file is read, in ms after its start. */
  seekMs: number;
  /** Told what the filters of these times print. */
  times?: FrameTimes;
}

/** The first frame after a seek is not the one looked for. */
class SeekMissedError extends Error {
  override readonly name = 'SeekMissedError';
}

/**
 * Runs ffmpeg on an upload from the frame at `zeroMs` on. When the time of the first frame is not 0, the seek has missed it,
 * and the file is read again from its start, as the analysis did.
 *
 * @throws MediaError `no_frames` when nothing comes at all; FfmpegError and the signal's reason as `run` does
 */
export async function renderExactly(render: ExactRender, options: RenderOptions): Promise<void> {
  const seekMs = wellBefore(options.info, render.zeroMs);
  try {
    if (seekMs > 0) return await renderChecked(render, seekMs, options);
  } catch (error) {
    if (!(error instanceof SeekMissedError)) throw error;
  }
  await renderChecked(render, 0, options);
}

async function renderChecked(render: ExactRender, seekMs: number, options: RenderOptions): Promise<void> {
  const isSought = seekMs > 0;
  let isEmpty = true;
  let cause: unknown;
  const times = frameTimes(options.ffmpeg, (ms) => {
    isEmpty = false;
    if (isSought && ms !== 0) throw new SeekMissedError(`The first frame is ${ms} ms off`);
  });
  try {
    await renderFrom({ ...render, args: render.args(times.filter), seekMs, times }, options);
  } catch (error) {
    // An encoder that is given nothing may fail for it.
    if (!isEmpty || !(error instanceof FfmpegError) || error.code !== 'failed') throw error;
    if (tellsOfMachineFault(error.message)) throw error;
    cause = error;
  }
  if (isEmpty && isSought) throw new SeekMissedError('Nothing came');
  if (!isEmpty) return;
  throw new MediaError('no_frames', `The video shows nothing from ${render.zeroMs} ms on.`, { cause });
}

/** Runs ffmpeg on an upload. @throws FfmpegError and the signal's reason as `run` does, and `failed` when it fails */
export async function renderFrom(render: SoughtRender, options: RenderOptions): Promise<void> {
  const { file, seekMs, times, onStdout } = render;
  const { ffmpeg, info, signal, stallMs = 60_000 } = options;
  const threads = decoderThreads(info.framePixels, ffmpeg.maxMemoryBytes);
  const args = [
    ['-nostdin', '-hide_banner', '-nostats', '-loglevel', 'repeat+level+info', '-y'],
    [...whitelistArgs(), ...sizeLimitArgs(threads)],
    [...ownTimesArgs(info), ...seekArgs(seekMs), '-i', inputUrl(file)],
    render.args,
  ].flat();
  const { exitCode, stderrTail } = await run(ffmpeg.ffmpeg, args, {
    signal,
    stallMs,
    timeoutMs: decodeTimeoutMs(info.durationMs),
    maxMemoryBytes: ffmpeg.maxMemoryBytes,
    ...(onStdout && { onStdout }),
    ...(times?.stream === 'side' && { onSideLine: (line) => void times.push(line) }),
    onStderrLine: (line) => {
      if (times?.stream === 'stderr' && times.push(line)) return false;
      return /\[(error|fatal)\]/.test(line);
    },
  });
  if (exitCode !== 0) {
    throw new FfmpegError('failed', withTail(`ffmpeg failed with exit code ${exitCode}.`, stderrTail));
  }
}
