/**
 * The demuxers that may open an upload. Left out on purpose are all that follow a reference to another file or host
 * (hls, concat, dash, image sequences, playlists, devices). Audio formats are in it so that a sound file is told "no
 * video stream" rather than "not a video".
 */
const DEMUXERS = [
  'mov,mp4,m4a,3gp,3g2,mj2',
  'matroska,webm',
  'avi,flv,mpeg,mpegts,mpegvideo,m4v,h264,hevc,ivf,ogg,asf,nut,mxf,gif,dv,yuv4mpegpipe',
  'mp3,wav,flac,aac,ac3,eac3,aiff,w64,caf,amr',
].join(',');

/** Frames above this many pixels (8192 x 8192) are refused before a decoder reserves memory for them. */
export const MAX_PIXELS = 8192 * 8192;

/** The largest frame at 8 bytes a pixel (four channels of 16 bits) and some more; no honest file needs a larger block. */
const MAX_BLOCK_BYTES = 10 * MAX_PIXELS;

/**
 * Input options for ffmpeg and ffprobe alike: nothing but this file is read, whatever the file says. External tracks of
 * QuickTime files stay closed by ffmpeg's own default (`enable_drefs`).
 */
export function whitelistArgs(): string[] {
  return ['-protocol_whitelist', 'file', '-format_whitelist', DEMUXERS];
}

/** Input options for ffmpeg and ffprobe alike: bounds for frames, also where the size changes on the way, and for threads. */
export function sizeLimitArgs(threads: number): string[] {
  const limits = { max_alloc: MAX_BLOCK_BYTES, max_pixels: MAX_PIXELS, threads };
  return Object.entries(limits).flatMap(([name, value]) => [`-${name}`, String(value)]);
}

/** How scripts begin that only name other files: HLS, concat, DASH, PLS, XSPF and ASX playlists, SDP, SMIL. */
const REFERENCES =
  /^\uFEFF?\s*(#EXTM3U|ffconcat |\[playlist\]|v=0\s|(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)?<(MPD|playlist|asx|smil)\b)/is;

/** Whether a file is a playlist or the like, told from its first bytes. */
export function pointsElsewhere(head: Buffer): boolean {
  return REFERENCES.test(head.toString('utf8'));
}

/** `file:` keeps a name such as `concat:a|b` or `-version` a plain file name. */
export function inputUrl(file: string): string {
  return `file:${file}`;
}
