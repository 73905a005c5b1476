import { FfmpegError } from '../errors.ts';
import type { MediaInfo } from '../probe.ts';
import { inputUrl, sizeLimitArgs, whitelistArgs } from './hostile-input.ts';
import { LineSplitter } from './line-splitter.ts';
import type { Ffmpeg } from './resolve.ts';
import { run, withTail } from './run.ts';

/** A packet of the video stream: one frame, as coded. */
export interface Packet {
  /** Presentation time in ms after the container's start; NaN where the container gives none. */
  timeMs: number;
  /** In bytes. */
  size: number;
  /** Whether decoding can begin here. */
  isKey: boolean;
}

export interface Packets {
  /** In the order in which they are decoded. */
  packets: Packet[];
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
): Promise<Packets> {
  const packets: Packet[] = [];
  let isDoubtful = false;
  const lines = new LineSplitter((line) => {
    const [time = '', size = '', flags = ''] = line.split('|');
    packets.push({
      timeMs: Number.parseFloat(time) * 1000 - info.startMs,
      size: Number(size) || 0,
      isKey: flags.startsWith('K'),
    });
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
  return { packets, isDoubtful: isDoubtful || stderrTail.length > 0 };
}

/** Whether its container has an index, by which ffmpeg finds a key frame exactly. */
export const isSeekable = ({ container }: MediaInfo): boolean => /^(mov|matroska)/.test(container);

/** Packets in the order in which they are shown; undefined where a time is missing or given twice, and that is in doubt. */
export function inOrderShown(packets: readonly Packet[]): Packet[] | undefined {
  const shown = packets.toSorted((a, b) => a.timeMs - b.timeMs);
  const isCertain = shown.every(
    ({ timeMs }, i) => !Number.isNaN(timeMs) && (i === 0 || timeMs > (shown[i - 1]?.timeMs ?? timeMs)),
  );
  return isCertain ? shown : undefined;
}
