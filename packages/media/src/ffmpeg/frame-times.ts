import type { Ffmpeg } from './resolve.ts';

/** A way to have ffmpeg print the timestamp of each frame. */
export interface FrameTimes {
  /** The filters that print it; they come last. */
  filter: string;
  /** Where it is printed. */
  stream: 'stderr' | 'side';
  /** Takes a line of that stream. Returns whether it is one of these filters'. */
  push(line: string): boolean;
}

/**
 * How this ffmpeg tells the timestamps. `metadata` writes one line a frame to a pipe of its own; before version 5.1 it
 * keeps them back for hundreds of frames, and `showinfo` is used, which makes a dozen small writes a frame.
 *
 * @param onTimestamp called for each frame in order, in ms as in the container; null where the stream gives none
 */
export function frameTimes(ffmpeg: Ffmpeg, onTimestamp: (ms: number | null) => void): FrameTimes {
  return ffmpeg.printsMetadataAtOnce ? byMetadata(onTimestamp) : byShowinfo(onTimestamp);
}

const METADATA_LINE = /^frame:\d+ +pts:(-?\d+|NOPTS) /;

/** Frames without metadata are not printed, so each is given some. */
function byMetadata(onTimestamp: (ms: number | null) => void): FrameTimes {
  return {
    filter: 'settb=1/1000000,metadata=add:key=n:value=1,metadata=print:direct=1:file=pipe\\\\:3',
    stream: 'side',
    push(line) {
      const pts = METADATA_LINE.exec(line)?.[1];
      if (pts !== undefined) onTimestamp(pts === 'NOPTS' ? null : Number(pts) / 1000);
      return true;
    },
  };
}

const CONFIG = /^\[Parsed_showinfo_.*config in time_base: (\d+)\/(\d+)/;
const SHOWINFO_LINE = /^\[Parsed_showinfo_.* n: *\d+ +pts: *(-?\d+|NOPTS) /;

/** The integer pts and the time base are used, since the seconds beside them are rounded to six digits. */
function byShowinfo(onTimestamp: (ms: number | null) => void): FrameTimes {
  let msPerTick = Number.NaN;
  return {
    filter: 'showinfo=checksum=0',
    stream: 'stderr',
    push(line) {
      if (!line.startsWith('[Parsed_showinfo_')) return false;
      const pts = SHOWINFO_LINE.exec(line)?.[1];
      if (pts !== undefined) {
        onTimestamp(pts === 'NOPTS' ? null : Number(pts) * msPerTick);
        return true;
      }
      const config = CONFIG.exec(line);
      if (config) msPerTick = (Number(config[1]) * 1000) / Number(config[2]);
      return true;
    },
  };
}
