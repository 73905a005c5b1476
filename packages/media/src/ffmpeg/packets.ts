import { FfmpegError } from '../errors.ts';
import type { MediaInfo } from '../probe.ts';
import { inputUrl, sizeLimitArgs, whitelistArgs } from './hostile-input.ts';
import { LineSplitter } from './line-splitter.ts';
import type { Ffmpeg } from './resolve.ts';
import { run, withTail } from './run.ts';

/** The packets of a video stream, each a frame as coded. In columns: an hour has a hundred thousand, and they are of use for a moment. */
export interface Packets {
  /** Presentation times in ms after the container's start; NaN where the container gives none. */
  timesMs: Float64Array;
  /** Sizes in bytes. */
  bytes: Uint32Array;
  /** 1 where decoding can begin, else 0. */
  isKey: Uint8Array;
}

export interface ReadPackets {
  /** In the order in which they are decoded. */
  packets: Packets;
  /** Whether ffprobe complained, or some are said to be corrupt or to be cut away by an edit list. */
  isDoubtful: boolean;
}

/**
 * Reads the packets of the video stream. Nothing is decoded.
 *
 * @throws FfmpegError when ffprobe fails; the signal's reason
 */
export async function readPackets(
  file: string,
  { ffmpeg, info, signal }: { ffmpeg: Ffmpeg; info: MediaInfo; signal?: AbortSignal | undefined },
): Promise<ReadPackets> {
  const timesMs: number[] = [];
  const bytes: number[] = [];
  const isKey: number[] = [];
  let isDoubtful = false;
  const lines = new LineSplitter((line) => {
    const [time = '', size = '', flags = ''] = line.split('|');
    timesMs.push(Number.parseFloat(time) * 1000 - info.startMs);
    bytes.push(Number(size) || 0);
    isKey.push(Number(flags.startsWith('K')));
    isDoubtful ||= /[DC]/.test(flags);
  });
  const args = [
    ['-v', 'error', ...whitelistArgs(), ...sizeLimitArgs(1)],
    ['-select_streams', String(info.streamIndex)],
    ['-show_entries', 'packet=pts_time,size,flags', '-of', 'compact=p=0:nk=1', inputUrl(file)],
  ].flat();
  const { exitCode, stderrTail } = await run(ffmpeg.ffprobe, args, {
    signal,
    stallMs: 60_000,
    maxMemoryBytes: ffmpeg.maxMemoryBytes,
    onStdout: (chunk) => lines.push(chunk),
  });
  lines.end();
  if (exitCode !== 0) {
    throw new FfmpegError('failed', withTail(`ffprobe failed with exit code ${exitCode}.`, stderrTail));
  }
  const packets = {
    timesMs: new Float64Array(timesMs),
    bytes: new Uint32Array(bytes),
    isKey: new Uint8Array(isKey),
  };
  return { packets, isDoubtful: isDoubtful || stderrTail.length > 0 };
}

/** Whether its container has an index, by which ffmpeg finds a key frame exactly. */
export const isSeekable = ({ container }: MediaInfo): boolean => /^(mov|matroska)/.test(container);

/** Packets in the order in which they are shown; undefined where a time is missing or given twice, and that is in doubt. */
export function inOrderShown({ timesMs, bytes, isKey }: Packets): Packets | undefined {
  const shown = timesMs.slice().sort();
  // NaN is sorted last, and is no more than anything.
  for (let i = 1; i < shown.length; i += 1) if (!((shown[i] ?? 0) > (shown[i - 1] ?? 0))) return undefined;
  if (Number.isNaN(shown[0])) return undefined;
  const order = Uint32Array.from(bytes.keys()).sort((a, b) => (timesMs[a] ?? 0) - (timesMs[b] ?? 0));
  return {
    timesMs: shown,
    bytes: order.map((i) => bytes[i] ?? 0),
    isKey: Uint8Array.from(order, (i) => isKey[i] ?? 0),
  };
}
