import { readFile, writeFile } from 'node:fs/promises';
import type { Ffmpeg } from '../../src/index.ts';
import { render } from './render.ts';
import { city, meadow } from './scenes.ts';

/** 75 frames of 160 x 96 whose pictures change at frames 25 and 50. Every video of the table is encoded from them. */
export async function renderFrames(ffmpeg: Ffmpeg, file: string): Promise<string> {
  const scenes = [meadow(1), city(1), meadow(1)].map((scene, i) => `${scene},scale=160:96[s${i}]`);
  const graph = `${scenes.join(';')};[s0][s1][s2]concat=n=3[out]`;
  return render(ffmpeg, file, ['-filter_complex', graph, '-map', '[out]', '-f', 'yuv4mpegpipe']);
}

export interface TimedVideo {
  name: string;
  /** Ending of the file's name, which tells ffmpeg the container. */
  extension: string;
  /** Which encoders will do, the first one that ffmpeg has. */
  encoders: readonly string[];
  /** Frames a second, as ffmpeg reads it; 25 by default. */
  rate?: string;
  /** A tone from 0 on, in this encoding, for as long as the pictures. */
  tone?: string;
  /** Changes which frames there are and when, as a filter. */
  filter?: string;
  /** Further options of the output. */
  options?: readonly string[];
  /** Made of the encoded file, by a copy with these options. */
  copy?: { input: readonly string[]; output?: readonly string[] };
  /** Changed in the finished file. */
  patch?: (bytes: Buffer) => Buffer;
  /** When its three shots start, in ms after the start of the file, to the ms. */
  startsMs: readonly [number, number, number];
}

const X264 = ['-preset', 'veryfast', '-bf', '2'];
const late = (seconds: number) => `setpts=PTS+${seconds}/TB`;
/** 25 frames a second up to frame 25, then every second one: the cuts stay at 1000 and 2000 ms. */
const THINNED = "select='lt(n,26)+not(mod(n,2))'";

export const timedVideos: readonly TimedVideo[] = [
  { name: 'h264 in mp4', extension: 'mp4', encoders: ['libx264'], options: X264, startsMs: [0, 1000, 2000] },
  {
    name: 'h264 in mov at 29.97 frames a second',
    extension: 'mov',
    encoders: ['libx264'],
    rate: '30000/1001',
    options: X264,
    startsMs: [0, 834, 1668],
  },
  {
    name: 'h264 in mkv at 23.976 frames a second',
    extension: 'mkv',
    encoders: ['libx264'],
    rate: '24000/1001',
    options: X264,
    startsMs: [0, 1043, 2085],
  },
  {
    name: 'h264 in fragments',
    extension: 'mp4',
    encoders: ['libx264'],
    options: [...X264, '-movflags', 'frag_keyframe+empty_moov', '-g', '20'],
    startsMs: [0, 1000, 2000],
  },
  {
    name: 'h264 with 10 bits',
    extension: 'mp4',
    encoders: ['libx264'],
    options: [...X264, '-pix_fmt', 'yuv420p10le'],
    startsMs: [0, 1000, 2000],
  },
  {
    name: 'h264 with a variable frame rate',
    extension: 'mp4',
    encoders: ['libx264'],
    filter: THINNED,
    options: [...X264, '-video_track_timescale', '90000'],
    startsMs: [0, 1000, 2000],
  },
  {
    name: 'h264 in mkv with a variable frame rate',
    extension: 'mkv',
    encoders: ['libx264'],
    filter: THINNED,
    options: X264,
    startsMs: [0, 1000, 2000],
  },
  {
    name: 'interlaced h264 in mpeg-ts',
    extension: 'ts',
    encoders: ['libx264'],
    options: [...X264, '-flags', '+ildct+ilme', '-x264-params', 'tff=1'],
    startsMs: [0, 1000, 2000],
  },
  {
    name: 'h264 turned by a quarter',
    extension: 'mp4',
    encoders: ['libx264'],
    options: X264,
    patch: turned,
    startsMs: [0, 1000, 2000],
  },
  {
    name: 'hevc with PQ',
    extension: 'mp4',
    encoders: ['libx265'],
    options: hdr('smpte2084'),
    startsMs: [0, 1000, 2000],
  },
  {
    name: 'hevc with HLG in mkv',
    extension: 'mkv',
    encoders: ['libx265'],
    options: hdr('arib-std-b67'),
    startsMs: [0, 1000, 2000],
  },
  {
    name: 'vp8 in webm',
    extension: 'webm',
    encoders: ['libvpx'],
    options: ['-b:v', '1M'],
    startsMs: [0, 1000, 2000],
  },
  {
    name: 'vp9 in webm',
    extension: 'webm',
    encoders: ['libvpx-vp9'],
    options: ['-b:v', '1M', '-deadline', 'realtime', '-cpu-used', '8'],
    startsMs: [0, 1000, 2000],
  },
  {
    name: 'av1 in mp4',
    extension: 'mp4',
    encoders: ['libsvtav1'],
    options: ['-preset', '12'],
    startsMs: [0, 1000, 2000],
  },
  { name: 'prores in mov', extension: 'mov', encoders: ['prores'], startsMs: [0, 1000, 2000] },
  {
    name: 'mpeg4 in avi',
    extension: 'avi',
    encoders: ['mpeg4'],
    options: ['-q:v', '3'],
    startsMs: [0, 1000, 2000],
  },
  {
    name: 'mjpeg in avi',
    extension: 'avi',
    encoders: ['mjpeg'],
    options: ['-q:v', '3'],
    startsMs: [0, 1000, 2000],
  },
  {
    name: 'interlaced mpeg2 in mpeg-ts',
    extension: 'ts',
    encoders: ['mpeg2video'],
    options: ['-q:v', '3', '-bf', '2', '-flags', '+ildct+ilme', '-top', '1'],
    startsMs: [0, 1000, 2000],
  },
  {
    name: 'mpeg2 in an mpeg program stream',
    extension: 'mpg',
    encoders: ['mpeg2video'],
    options: ['-q:v', '3', '-bf', '2'],
    startsMs: [0, 1000, 2000],
  },
  {
    name: 'mpeg2 in mxf',
    extension: 'mxf',
    encoders: ['mpeg2video'],
    options: ['-q:v', '3'],
    startsMs: [0, 1000, 2000],
  },
  { name: 'h264 in flv', extension: 'flv', encoders: ['libx264'], options: X264, startsMs: [0, 1000, 2000] },
  {
    name: 'sorenson in flv',
    extension: 'flv',
    encoders: ['flv'],
    options: ['-q:v', '3'],
    startsMs: [0, 1000, 2000],
  },
  {
    name: 'theora in ogg',
    extension: 'ogv',
    encoders: ['libtheora'],
    options: ['-q:v', '6'],
    startsMs: [0, 1000, 2000],
  },
  { name: 'a moving gif', extension: 'gif', encoders: ['gif'], startsMs: [0, 1000, 2000] },
  {
    name: 'wmv in asf',
    extension: 'asf',
    encoders: ['wmv2'],
    options: ['-q:v', '3'],
    startsMs: [0, 1000, 2000],
  },
  ...['mp4', 'mov'].map((extension): TimedVideo => ({
    name: `a first picture in ${extension} that comes after the sound`,
    extension,
    encoders: ['libx264'],
    tone: 'aac',
    filter: late(0.6),
    options: X264,
    startsMs: [600, 1600, 2600],
  })),
  ...['ts', 'mpg'].map((extension): TimedVideo => ({
    name: `a first picture in ${extension} that comes after the sound`,
    extension,
    encoders: ['mpeg2video'],
    tone: 'mp2',
    filter: late(0.6),
    options: ['-q:v', '3'],
    // The encoder of the sound starts 11 ms early.
    startsMs: [611, 1611, 2611],
  })),
  {
    name: 'a first picture in mkv that comes after the sound',
    extension: 'mkv',
    encoders: ['libx264'],
    tone: 'pcm_s16le',
    filter: late(0.6),
    options: X264,
    startsMs: [600, 1600, 2600],
  },
  {
    name: 'a first picture in an mpeg-ts whose sound begins at zero',
    extension: 'ts',
    encoders: ['mpeg2video'],
    tone: 'mp2',
    filter: late(0.6),
    options: ['-q:v', '3', '-muxdelay', '0', '-muxpreload', '0'],
    startsMs: [611, 1611, 2611],
  },
  {
    name: 'an edit list that cuts the beginning off',
    extension: 'mp4',
    encoders: ['libx264'],
    options: X264,
    copy: { input: ['-ss', '0.6'] },
    startsMs: [0, 400, 1400],
  },
  {
    name: 'an edit list that begins with a pause',
    extension: 'mov',
    encoders: ['libx264'],
    options: X264,
    tone: 'aac',
    copy: { input: ['-itsoffset', '0.44'], output: ['-map', '0:v', '-map', '1:a'] },
    startsMs: [440, 1440, 2440],
  },
  {
    name: 'timestamps below zero',
    extension: 'mkv',
    encoders: ['libx264'],
    filter: late(-0.4),
    options: ['-preset', 'veryfast', '-bf', '0', '-avoid_negative_ts', 'disabled'],
    // Players begin at zero, too.
    startsMs: [0, 600, 1600],
  },
  {
    name: 'an mpeg-ts whose clock starts after an hour',
    extension: 'ts',
    encoders: ['libx264'],
    options: [...X264, '-output_ts_offset', '3600'],
    startsMs: [0, 1000, 2000],
  },
  {
    name: 'an mpeg-ts whose clock runs over, at 2^33',
    extension: 'ts',
    encoders: ['libx264'],
    options: [
      ...X264,
      '-muxdelay',
      '0',
      '-muxpreload',
      '0',
      '-output_ts_offset',
      String(2 ** 33 / 90_000 - 1.5),
    ],
    startsMs: [0, 1000, 2000],
  },
];

/** Encodes a video of the table from what `renderFrames` wrote. */
export async function encode(
  ffmpeg: Ffmpeg,
  { frames, file, encoder }: { frames: string; file: string; encoder: string },
  video: TimedVideo,
): Promise<string> {
  const { rate = '25', filter = 'null', tone, options = [], copy, patch } = video;
  const sound = tone ? ['-f', 'lavfi', '-i', 'sine=duration=3.6'] : [];
  const first = copy ? `${file}.whole.${video.extension}` : file;
  await render(ffmpeg, first, [
    ['-r', rate, '-f', 'yuv4mpegpipe', '-i', frames, ...sound, '-filter:v', filter],
    [...ffmpeg.passthroughArgs, '-c:v', encoder, ...options, ...(tone ? ['-c:a', tone] : [])],
  ]);
  if (copy) {
    const { input, output = [] } = copy;
    const again = output.length > 0 ? ['-i', first] : [];
    await render(ffmpeg, file, [...input, '-i', first, ...again, ...output, '-c', 'copy']);
  }
  if (patch) await writeFile(file, patch(await readFile(file)));
  return file;
}

function hdr(transfer: string): string[] {
  const colours = ['-color_primaries', 'bt2020', '-color_trc', transfer, '-colorspace', 'bt2020nc'];
  return ['-preset', 'ultrafast', '-x265-params', 'log-level=error', '-pix_fmt', 'yuv420p10le', ...colours];
}

/** Marks the track of an mp4 to be shown turned by a quarter (ISO/IEC 14496-12, section 8.3.2: the matrix). */
function turned(bytes: Buffer): Buffer {
  const matrix = bytes.indexOf('tkhd') + 44;
  [0, 0x10000, 0, -0x10000, 0, 0, 96 * 0x10000, 0, 0x40000000].forEach((value, i) => {
    bytes.writeInt32BE(value, matrix + 4 * i);
  });
  return bytes;
}
