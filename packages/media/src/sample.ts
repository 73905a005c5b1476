import { FfmpegError } from './errors.ts';
import type { Ffmpeg } from './ffmpeg/resolve.ts';
import { run, withTail } from './ffmpeg/run.ts';

export interface RenderSampleOptions {
  ffmpeg: Ffmpeg;
  signal?: AbortSignal | undefined;
  /** Length of each shot in ms, multiples of 40 (a frame at 25 frames a second); six shots in 12 s by default. */
  shotsMs?: readonly number[] | undefined;
}

export interface Sample {
  /** Where each shot but the first begins, in ms. */
  cutsMs: number[];
  durationMs: number;
}

const DEFAULT_SHOTS_MS = [2000, 1600, 2400, 1800, 2200, 2000] as const;
const FRAME_MS = 40;
const WIDTH = 640;
const HEIGHT = 360;

/** A still larger than the frame, as a formula for each colour, and how fast the camera pans over it. */
interface Scene {
  r: string;
  g: string;
  b: string;
  /** Pixels a second, to the right and down. */
  speed: { x: number; y: number };
}

const SCENES: readonly Scene[] = [
  {
    r: '190+60*sin(X/17)*cos(Y/23)',
    g: '90+70*sin((X+2*Y)/31)',
    b: '30+25*mod(floor(X/24)+floor(Y/24),2)',
    speed: { x: 30, y: 10 },
  },
  {
    r: '20+30*mod(floor(Y/18),2)',
    g: '90+50*sin(Y/15)',
    b: '150+80*cos((X-Y)/40)',
    speed: { x: 40, y: 0 },
  },
  {
    r: '60+40*sin(hypot(X-480,Y-270)/9)',
    g: '170+60*cos(hypot(X-480,Y-270)/21)',
    b: '40+30*sin(X/12)',
    speed: { x: 25, y: 20 },
  },
  {
    r: '215-50*mod(floor(X/40)+floor(Y/40),2)',
    g: '205-70*mod(floor(X/40)+floor(Y/40),2)',
    b: '190-40*sin(X/30)',
    speed: { x: 20, y: 25 },
  },
  {
    r: '130+90*sin((X+Y)/25)',
    g: '25+20*sin(X/11)',
    b: '120+90*cos((X+Y)/35)',
    speed: { x: 25, y: 15 },
  },
  {
    r: '35+30*mod(floor(X/14),2)*mod(floor(Y/28),2)',
    g: '45+35*sin(X*Y/6000)',
    b: '40+20*sin(Y/8)',
    speed: { x: 45, y: 15 },
  },
];

/**
 * Renders a short video with known hard cuts: 640 x 360 at 25 frames a second, H.264, with a tone as AAC. Every shot is
 * textured, moves, and differs clearly from the one before.
 *
 * @param file where to write it; the name must end in .mp4
 * @throws RangeError for lengths that are no positive multiple of 40 ms; FfmpegError when ffmpeg fails.
 */
export async function renderSample(file: string, options: RenderSampleOptions): Promise<Sample> {
  const shotsMs = options.shotsMs ?? DEFAULT_SHOTS_MS;
  if (shotsMs.length === 0 || shotsMs.some((ms) => ms <= 0 || ms % FRAME_MS !== 0)) {
    throw new RangeError(`shotsMs must hold positive multiples of ${FRAME_MS}.`);
  }
  const cutsMs: number[] = [];
  let durationMs = 0;
  for (const ms of shotsMs) {
    if (durationMs > 0) cutsMs.push(durationMs);
    durationMs += ms;
  }

  const shots = shotsMs.map((ms, i) => `${shotFilter(i, ms / FRAME_MS)}[shot${i}]`);
  const inputs = shotsMs.map((_, i) => `[shot${i}]`).join('');
  const tone = `sine=frequency=330:sample_rate=44100:duration=${durationMs / 1000}[tone]`;
  const graph = [...shots, `${inputs}concat=n=${shotsMs.length},format=yuv420p[video]`, tone].join(';');
  const args = [
    ['-nostdin', '-hide_banner', '-loglevel', 'error', '-y', '-filter_complex', graph],
    ['-map', '[video]', '-map', '[tone]', '-c:v', 'libx264', '-preset', 'veryfast', '-crf', '20', '-g', '50'],
    ['-c:a', 'aac', '-b:a', '64k', '-movflags', '+faststart', `file:${file}`],
  ].flat();
  const { exitCode, stderrTail } = await run(options.ffmpeg.ffmpeg, args, {
    signal: options.signal,
    stallMs: 120_000,
  });
  if (exitCode !== 0) {
    throw new FfmpegError(
      'failed',
      withTail(`Rendering the sample failed with exit code ${exitCode}.`, stderrTail),
    );
  }
  return { cutsMs, durationMs };
}

/** One frame is computed and then panned over: evaluating the formula for each frame would take a minute. */
function shotFilter(index: number, frames: number): string {
  const scene = SCENES[index % SCENES.length];
  if (!scene) throw new RangeError('No scenes.');
  const { r, g, b, speed } = scene;
  return [
    'nullsrc=size=960x540:rate=25:duration=0.04',
    'format=gbrp',
    `geq=r='${r}':g='${g}':b='${b}'`,
    'loop=loop=-1:size=1:start=0',
    'settb=1/25,setpts=N',
    // To and fro: a camera that jumped back at the edge would make a cut of its own.
    `crop=${WIDTH}:${HEIGHT}:x='abs(mod(${speed.x}*t,640)-320)':y='abs(mod(${speed.y}*t,360)-180)'`,
    `trim=end_frame=${frames}`,
  ].join(',');
}
