import type { Ffmpeg } from '../ffmpeg/resolve.ts';
import { run } from '../ffmpeg/run.ts';
import type { Colour, MediaInfo } from '../probe.ts';
import type { FrameSize } from './frame-size.ts';

/** ffprobe's names of colour matrices, and what the scale filter calls them. */
const MATRICES: Readonly<Record<string, string>> = {
  bt709: 'bt709',
  bt470bg: 'smpte170m',
  smpte170m: 'smpte170m',
  smpte240m: 'smpte240m',
  bt2020nc: 'bt2020',
};
const HDR_TRANSFERS: ReadonlySet<string | null> = new Set(['smpte2084', 'arib-std-b67']);
/** Without them, ffmpeg passes on what it knows of the source. */
const SDR_TAGS = ['-color_trc', 'bt709', '-color_primaries', 'bt709'];
/** From this height on, players take a picture that does not say its matrix for one of bt709. */
const HD_HEIGHT = 720;
const LISTING_STALL_MS = 20_000;

/** How the frames of a video become pictures that are shown everywhere. */
export interface PictureConversion {
  /** Filters to 8-bit yuv420p of limited range. */
  toVideo(size: FrameSize): string;
  /** Options of an encoder, by which what `toVideo` gives tells its colours. */
  videoTags: readonly string[];
  /** Filters to what JPEG wants: full range, and the matrix of bt601. */
  toJpeg(size: FrameSize): string;
}

/**
 * Chooses the filters for a video's pictures. HDR (PQ or HLG) is tone mapped to SDR, where this ffmpeg can; where it cannot,
 * it is taken as it is and looks dull. All else keeps its colours; what does not say its matrix is taken as players take it.
 *
 * @throws FfmpegError, and the signal's reason, as `run` does
 */
export async function pictureConversion(
  info: MediaInfo,
  ffmpeg: Ffmpeg,
  signal?: AbortSignal,
): Promise<PictureConversion> {
  const isHdr = HDR_TRANSFERS.has(info.colour.transfer);
  if (isHdr && (await canToneMap(ffmpeg, signal))) return toneMapped(info.colour);
  const { space } = info.colour;
  const matrix =
    space !== null && space in MATRICES ? space : info.height >= HD_HEIGHT ? 'bt709' : 'smpte170m';
  const name = MATRICES[matrix] ?? matrix;
  return {
    toVideo: (size) => scaled(size, name, name, 'tv', 'yuv420p'),
    videoTags: ['-colorspace', matrix, '-color_range', 'tv', ...(isHdr ? SDR_TAGS : [])],
    toJpeg: (size) => scaled(size, name, 'smpte170m', 'pc', 'yuvj420p'),
  };
}

function scaled({ width, height }: FrameSize, from: string, to: string, range: string, format: string) {
  const colours = `in_color_matrix=${from}:out_color_matrix=${to}:out_range=${range}`;
  return `scale=${width}:${height}:flags=bicubic:${colours},setsar=1,format=${format}`;
}

/**
 * In linear light, scaled before it is mapped: floating point is slow. 100 cd/m2 is the white of SDR (ITU-R BT.2408). Scaled by
 * `scale`, since zscale refuses an odd number of pixels.
 */
function toneMapped({ space, transfer, primaries }: Colour): PictureConversion {
  const matrix = space === 'bt709' ? space : 'bt2020nc';
  const gamut = primaries === 'bt709' ? primaries : 'bt2020';
  const source = `tin=${transfer}:min=${matrix}:pin=${gamut}:rin=tv`;
  const toVideo = ({ width, height }: FrameSize) =>
    [
      `scale=${width}:${height}:flags=bicubic,zscale=${source}:t=linear:npl=100,format=gbrpf32le`,
      'zscale=p=bt709,tonemap=hable:desat=0',
      'zscale=t=bt709:m=bt709:r=tv,setsar=1,format=yuv420p',
    ].join(',');
  return {
    toVideo,
    videoTags: ['-colorspace', 'bt709', '-color_range', 'tv', ...SDR_TAGS],
    toJpeg: (size) => `${toVideo(size)},${scaled(size, 'bt709', 'smpte170m', 'pc', 'yuvj420p')}`,
  };
}

async function canToneMap(ffmpeg: Ffmpeg, signal?: AbortSignal): Promise<boolean> {
  let listing = '';
  await run(ffmpeg.ffmpeg, ['-nostdin', '-hide_banner', '-filters'], {
    signal,
    stallMs: LISTING_STALL_MS,
    onStdout: (chunk) => (listing += chunk.toString('latin1')),
  });
  return ['zscale', 'tonemap'].every((filter) => new RegExp(` ${filter} `).test(listing));
}
