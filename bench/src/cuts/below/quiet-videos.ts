import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Ffmpeg } from '@orq/media';
import { type Label, parseLabels, QUIET_KINDS, type QuietKind, renderQuiet } from '@orq/cut-benchmark';
import { renderLongVideo, SHOTS_MS } from '../../split/long-video.ts';
import type { RenderDeps } from '../set/render-all.ts';
import { type QuietEncoding, encodingsOf } from './quiet-encodings.ts';

export interface QuietVideo {
  /** Path of the file. */
  file: string;
  kind: string;
  encoding: string;
  label: Label;
}

/** Renders what little happens in, where it is not there: every kind once, into several encodings; and something that is cut. */
export async function quietVideos(
  seed: number,
  folder: string,
  deps: RenderDeps,
  found: Ffmpeg,
): Promise<QuietVideo[]> {
  await mkdir(folder, { recursive: true });
  const videos: QuietVideo[] = [];
  const total = QUIET_KINDS.reduce((sum, { seconds, fps }) => sum + seconds * fps, 0);
  let before = 0;
  for (const kind of QUIET_KINDS) {
    const outputs = encodingsOf(kind.name).map((encoding) => ({
      encoding,
      file: path.join(folder, `${kind.name.replaceAll(' ', '-')}.${encoding.name}.${encoding.extension}`),
    }));
    const labels = path.join(folder, `${kind.name.replaceAll(' ', '-')}.json`);
    if (!existsSync(labels)) {
      const cuts = await renderKind(kind, seed, outputs, {
        ...deps,
        onProgress: (frames) => deps.onProgress(before + frames, total),
      });
      await writeFile(labels, JSON.stringify({ [kind.name]: { fps: kind.fps, hard: cuts, gradual: [] } }));
    }
    before += kind.seconds * kind.fps;
    const label = parseLabels(JSON.parse(await readFile(labels, 'utf8'))).videos.get(kind.name);
    if (!label) throw new Error(`${labels} has no labels; remove it, and it is rendered again`);
    for (const { file, encoding } of outputs)
      videos.push({ file, kind: kind.name, encoding: encoding.name, label });
  }
  return [...videos, await filmLike(folder, found)];
}

/** @returns the first frame of each shot but the first */
async function renderKind(
  kind: QuietKind,
  seed: number,
  outputs: readonly { encoding: QuietEncoding; file: string }[],
  { ffmpeg, lifetime, onProgress }: RenderDeps,
): Promise<number[]> {
  const input = ['-f', 'rawvideo', '-pixel_format', 'yuv420p', '-video_size', `${kind.width}x${kind.height}`];
  const partial = (file: string) => path.join(path.dirname(file), `partial-${path.basename(file)}`);
  const args = [
    ['-v', 'error', '-y', ...input, '-framerate', String(kind.fps), '-i', 'pipe:0'],
    ...outputs.map((output) =>
      [['-map', '0:v', ...output.encoding.args, '-pix_fmt', 'yuv420p', partial(output.file)]].flat(),
    ),
  ].flat();
  const child = spawn(ffmpeg, args, { stdio: ['pipe', 'ignore', 'inherit'] });
  const disown = lifetime.own(() => void child.kill('SIGKILL'));
  const closed = once(child, 'close');
  child.stdin.on('error', () => undefined);
  const cuts: number[] = [];
  let frames = 0;
  for (const frame of renderQuiet(kind, seed, cuts)) {
    lifetime.stopping.throwIfAborted();
    if (child.exitCode !== null) break;
    // A copy: the pipe takes it when it can, and the renderer goes on with its own.
    if (!child.stdin.write(Buffer.from(frame))) await Promise.race([once(child.stdin, 'drain'), closed]);
    frames += 1;
    if (frames % 100 === 0) onProgress(frames, kind.seconds * kind.fps);
  }
  child.stdin.end();
  await closed;
  await disown();
  if (child.exitCode !== 0) throw new Error(`ffmpeg could not write ${kind.name}`);
  for (const { file } of outputs) await rename(partial(file), file);
  return cuts;
}

const FILM_MINUTES = 3;
const FILM_FPS = 25;

/** In which something happens all the time: of it nothing is to be left out, and looking is to cost little. */
async function filmLike(folder: string, ffmpeg: Ffmpeg): Promise<QuietVideo> {
  const file = path.join(folder, 'long.mp4');
  const pieceMs = SHOTS_MS.reduce((sum, ms) => sum + ms, 0);
  if (!existsSync(file)) await renderLongVideo(folder, FILM_MINUTES, ffmpeg);
  const hard: number[] = [];
  let atMs = 0;
  for (let n = 0; n < Math.ceil((FILM_MINUTES * 60_000) / pieceMs) * SHOTS_MS.length; n += 1) {
    if (n > 0) hard.push((atMs * FILM_FPS) / 1000);
    atMs += SHOTS_MS[n % SHOTS_MS.length] ?? 0;
  }
  const label = parseLabels({ film: { fps: FILM_FPS, hard, gradual: [] } }).videos.get('film');
  if (!label) throw new Error('The film has no labels');
  return { file, kind: 'film', encoding: 'x264 -g 50', label };
}
