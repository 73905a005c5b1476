import type { MediaInfo } from '../probe.ts';

/** These have an index that says where each time is. In others ffmpeg guesses, and may come out after what it looks for. */
const INDEXED = /\b(mp4|matroska)\b/;
/** How far before the wanted frame decoding begins, in ms: pictures refer to earlier ones, and sound decodes from before. */
const RUN_UP_MS = 2000;

/**
 * Ticks a second in which frames are timed: every usual frame rate is a whole number of them, and the frame of a time that
 * was rounded to whole ms is exactly there. An ffmpeg before 5.0 gives a clip's last frame no time at all when there are 1000
 * or more, and players then leave it out.
 */
export const TIMESCALE = 600;

/** Where to begin so that the frame of a time is decoded as the analysis decoded it, in ms: 0 where seeking cannot be trusted. */
export function wellBefore(info: MediaInfo, atMs: number): number {
  return INDEXED.test(info.container) ? Math.max(0, atMs - RUN_UP_MS) : 0;
}

/** Where to begin for a frame that need not be the very one, in ms: where seeking can be trusted, without a run-up. */
export function shortlyBefore(info: MediaInfo, atMs: number): number {
  return INDEXED.test(info.container) ? atMs : Math.max(0, atMs - RUN_UP_MS);
}

/** Options that come before `-i`: they have a file read from `seekMs` on (ms after its start), or from the key frame before. */
export function seekArgs(seekMs: number): string[] {
  return seekMs === 0 ? [] : ['-noaccurate_seek', '-ss', seconds(seekMs)];
}

/**
 * The beginning of a filter graph: the video's frames from `zeroMs` on (ms after the file's start), which becomes their time 0,
 * for `lengthMs`. Both were rounded, so the frame that follows may come half a millisecond early.
 *
 * Times are counted anew here and not by `-itsoffset`: packets without a time would be given times from that zero on.
 */
export function framesFrom(info: MediaInfo, zeroMs: number, lengthMs?: number): string {
  const deinterlaced = info.interlaced ? 'yadif,' : '';
  const end = lengthMs === undefined ? '' : `:end=${seconds(lengthMs - 0.5)}`;
  const counted = `settb=1/1000000,setpts=PTS-${zeroMicroseconds(info, zeroMs)},settb=1/${TIMESCALE}`;
  return `[0:${info.streamIndex}]${deinterlaced}${counted},trim=start=0${end}`;
}

/** The same of an audio stream. */
export function soundFrom(info: MediaInfo, streamIndex: number, zeroMs: number, lengthMs: number): string {
  const counted = `asetpts=PTS-${zeroMicroseconds(info, zeroMs)}/1000000/TB`;
  return `[0:${streamIndex}]${counted},atrim=start=0:end=${seconds(lengthMs)}`;
}

/** A time after the file's start as the file's own clock has it. */
const zeroMicroseconds = (info: MediaInfo, zeroMs: number) => Math.round((info.startMs + zeroMs) * 1000);

/** Ms as ffmpeg takes them: seconds, to the microsecond. */
function seconds(ms: number): string {
  return (ms / 1000).toFixed(6);
}
