import type { MediaInfo } from '../probe.ts';
import { isSeekable } from './packets.ts';

/**
 * Input options that have a file's frames keep the times that the file gives them.
 *
 * Left to itself, ffmpeg counts the times of a broadcast from the first picture instead of from the first sound; version 5 does
 * so with `-copyts` as well, where the file begins at exactly 0. A microsecond, less than a tick, keeps it from that.
 */
export function ownTimesArgs(info: MediaInfo): string[] {
  const isMistaken = info.startMs === 0 && !isSeekable(info);
  return isMistaken ? ['-copyts', '-itsoffset', '0.000001'] : ['-copyts'];
}
