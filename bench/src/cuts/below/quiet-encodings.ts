/** How quiet footage is encoded. */
export interface QuietEncoding {
  name: string;
  extension: 'mp4' | 'webm';
  /** Of ffmpeg. */
  args: readonly string[];
}

const x264 = (name: string, args: readonly string[]): QuietEncoding => ({
  name,
  extension: 'mp4',
  args: ['-c:v', 'libx264', '-preset', 'veryfast', ...args],
});

/** At its defaults: a key frame each 250 at least, and at cuts. */
const USUAL = x264('x264', ['-crf', '23']);
/** For streaming: key frames at fixed places. */
const STREAMING = x264('x264-g50', '-crf 26 -g 50 -sc_threshold 0'.split(' '));
/** As cameras do: as many bits all the time, none held back for later. */
const CAMERA = x264(
  'x264-cbr',
  '-tune zerolatency -b:v 1M -maxrate 1M -bufsize 500k -nal-hrd cbr -g 100 -sc_threshold 0'.split(' '),
);
const HEVC: QuietEncoding = {
  name: 'x265',
  extension: 'mp4',
  args: ['-c:v', 'libx265', '-preset', 'ultrafast', '-crf', '28', '-x265-params', 'log-level=error'],
};
const VP9: QuietEncoding = {
  name: 'vp9',
  extension: 'webm',
  args: ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-crf', '36', '-b:v', '0'],
};

const OTHERS: Record<string, readonly QuietEncoding[]> = {
  slides: [STREAMING, HEVC, VP9],
  screen: [STREAMING],
  surveillance: [STREAMING, CAMERA],
  talk: [STREAMING],
  'static hour': [STREAMING],
};

/** @param kind its name */
export const encodingsOf = (kind: string): QuietEncoding[] => [USUAL, ...(OTHERS[kind] ?? [])];
