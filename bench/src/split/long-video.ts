import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Ffmpeg } from '@orq/media';
import { renderSample } from '@orq/media/sample';

const run = promisify(execFile);

/** Shots of the piece that is repeated, in ms: some two a key frame, some longer than two. */
export const SHOTS_MS = [2000, 1600, 2400, 4000, 2200, 2800, 5000, 3000, 1000, 6000, 3600, 2400];

/**
 * Renders a video of `minutes`: a piece of 36 s, 1280 x 720 at 25 frames a second in H.264 with some noise, repeated.
 *
 * @returns its path, in `folder`
 */
export async function renderLongVideo(folder: string, minutes: number, ffmpeg: Ffmpeg): Promise<string> {
  const [sample, piece, video] = ['sample.mp4', 'piece.mp4', 'long.mp4'].map((name) =>
    path.join(folder, name),
  ) as [string, string, string];
  await renderSample(sample, { ffmpeg, shotsMs: SHOTS_MS });
  const pieceMs = SHOTS_MS.reduce((sum, ms) => sum + ms, 0);
  const repeats = Math.ceil((minutes * 60_000) / pieceMs) - 1;
  const quiet = ['-nostdin', '-v', 'error', '-y'];
  const picture = ['-vf', 'scale=1280:720,noise=alls=6:allf=t'];
  const codec = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23', '-g', '50', '-c:a', 'copy'];
  await run(ffmpeg.ffmpeg, [...quiet, '-i', sample, ...picture, ...codec, piece]);
  await run(ffmpeg.ffmpeg, [...quiet, '-stream_loop', String(repeats), '-i', piece, '-c', 'copy', video]);
  return video;
}
