import { decode } from '../../src/ffmpeg/decode.ts';
import { FRAME } from '../../src/features/frame.ts';
import { run } from '../../src/ffmpeg/run.ts';
import { type Ffmpeg, probe } from '../../src/index.ts';
import { layTimeline } from '../../src/timeline.ts';
import { render } from './render.ts';

/** A frame's number is written into it as a row of bright and dark blocks, which outlive scaling and encoding. */
const BITS = 8;
const BLOCK = 20;
const HEIGHT = 48;
const LUMA = `255*mod(floor(N/pow(2,floor(X/${BLOCK}))),2)`;
const STALL_MS = 30_000;

export interface NumberedOptions {
  /** Frames a second, 25 by default. */
  rate?: string;
  /** When it beeps, in seconds. Without it there is no sound. */
  beepsAt?: number;
  /** Filters that the numbered frames, and the sound, go through. */
  filter?: string;
  soundFilter?: string;
  /** How it is encoded: H.264 with B-frames and few key frames by default. */
  encoding?: readonly string[];
  /** Where what comes before is cut away without being encoded again, in seconds: by an edit list, in an mp4. */
  cutAt?: number;
}

const H264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '15', '-bf', '3', '-g', '80'];

/** Renders a video of 4 s whose frames carry their numbers, from 0. Its sound is longer. */
export async function numbered(
  ffmpeg: Ffmpeg,
  file: string,
  { cutAt, ...options }: NumberedOptions = {},
): Promise<string> {
  if (cutAt !== undefined) {
    const whole = await numbered(ffmpeg, `${file}.whole.mp4`, options);
    return render(ffmpeg, file, ['-ss', String(cutAt), '-i', whole, '-c', 'copy']);
  }
  const { rate = '25', beepsAt, filter = 'null', soundFilter = 'anull', encoding = H264 } = options;
  const source = `nullsrc=size=${BITS * BLOCK}x${HEIGHT}:rate=${rate}:duration=4,format=yuv420p`;
  const video = ['-f', 'lavfi', '-i', `${source},geq=lum='${LUMA}':cb=128:cr=128`];
  const wave = `if(between(t,${beepsAt},${beepsAt}+0.2),sin(2*PI*1000*t),0)`;
  const beep = `aevalsrc='${wave}':duration=6:sample_rate=48000`;
  const sound = beepsAt === undefined ? [] : ['-f', 'lavfi', '-i', beep];
  const filters = ['-vf', filter, ...(beepsAt === undefined ? [] : ['-af', soundFilter, '-c:a', 'aac'])];
  return render(ffmpeg, file, [...video, ...sound, ...filters, ...ffmpeg.passthroughArgs, ...encoding]);
}

export interface NumberedFrame {
  number: number;
  /** When the analysis says that it is shown, in whole ms. */
  ms: number;
}

/** Reads a video's frames as the analysis does: which come in which order, and when. */
export async function readNumbers(ffmpeg: Ffmpeg, file: string): Promise<NumberedFrame[]> {
  const info = await probe(file, { ffmpeg });
  const numbers: number[] = [];
  const { timestampsMs, damaged } = await decode(file, {
    ffmpeg,
    info,
    stallMs: STALL_MS,
    onFrame: (frame) => numbers.push(readNumber((x, y) => frame[y * FRAME.width + x] ?? 0)),
    onTimestamp: () => undefined,
  });
  const decoded = Float64Array.from(timestampsMs, (ms) => ms ?? Number.NaN);
  const times = layTimeline(decoded, damaged, info).timestampsMs;
  return numbers.map((number, i) => ({ number, ms: Math.round(times[i] ?? 0) }));
}

/** Reads the number of a picture that shows a numbered frame with its corner at `left`, `top`. */
export async function readNumberAt(ffmpeg: Ffmpeg, picture: string, left = 0, top = 0): Promise<number> {
  const crop = `crop=${BITS * BLOCK}:${HEIGHT}:${left}:${top}:exact=1,format=gray`;
  const luma = await output(ffmpeg, ['-i', picture, '-vf', crop, '-f', 'rawvideo', 'pipe:1']);
  return readNumber((x, y) => luma[y * BITS * BLOCK + x] ?? 0);
}

/** From the middle of each block. */
function readNumber(luma: (x: number, y: number) => number): number {
  const bits = Array.from({ length: BITS }, (_, bit) => luma(bit * BLOCK + BLOCK / 2, HEIGHT / 2) > 127);
  return bits.reduce((sum, isSet, bit) => sum + (isSet ? 2 ** bit : 0), 0);
}

/** When the sound of a file becomes loud, in ms as a player counts. */
export async function findBeep(ffmpeg: Ffmpeg, file: string): Promise<number> {
  const sound = ['-vn', '-af', 'aresample=8000:async=1:first_pts=0', '-ac', '1', '-f', 's16le', 'pipe:1'];
  const pcm = await output(ffmpeg, ['-i', file, ...sound]);
  for (let i = 0; i < pcm.length; i += 2) if (Math.abs(pcm.readInt16LE(i)) > 3000) return i / 16;
  throw new Error(`${file} does not beep`);
}

async function output(ffmpeg: Ffmpeg, args: readonly string[]): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await run(ffmpeg.ffmpeg, ['-nostdin', '-v', 'error', ...args], {
    stallMs: STALL_MS,
    onStdout: (chunk) => void chunks.push(chunk),
  });
  return Buffer.concat(chunks);
}
