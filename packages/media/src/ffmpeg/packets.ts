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

/**
 * Reads the packets of the video stream, in the order in which they are decoded. Nothing is decoded.
 *
 * @throws FfmpegError when ffprobe fails; the signal's reason
 */
export async function readPackets(
  file: string,
  { ffmpeg, info, signal }: { ffmpeg: Ffmpeg; info: MediaInfo; signal?: AbortSignal | undefined },
): Promise<Packet[]> {
  const packets: Packet[] = [];
  const lines = new LineSplitter((line) => {
    const [time = '', size = '', flags = ''] = line.split('|');
    packets.push({
      timeMs: Number.parseFloat(time) * 1000 - info.startMs,
      size: Number(size) || 0,
      isKey: flags.startsWith('K'),
    });
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
  return packets;
}
