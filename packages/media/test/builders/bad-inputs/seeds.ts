import { readFile, writeFile } from 'node:fs/promises';
import type { Ffmpeg } from '../../../src/index.ts';
import { type Args, render } from '../render.ts';
import { renderFrames } from '../timed-videos.ts';
import type { Workspace } from '../workspace.ts';

/** What bad inputs are made of: the same three seconds, with cuts at 1000 and 2000 ms, in several containers. */
export interface Seeds {
  ffmpeg: Ffmpeg;
  path: Workspace['path'];
  /** 75 frames, uncompressed. */
  frames: string;
  /** h264 with its index first. */
  mp4: string;
  mkv: string;
  ts: string;
  flv: string;
  /** mpeg4. */
  avi: string;
  /** vp8. */
  webm: string;
}

/** Writes a file from what the seeds hold, and returns its name. */
export type BuildBadInput = (seeds: Seeds, file: string) => Promise<string>;

export interface BadInput {
  /** Ending of the file's name; mp4 by default, whatever the file is. */
  extension?: string;
  build: BuildBadInput;
}

export async function renderSeeds({ ffmpeg, path }: Workspace): Promise<Seeds> {
  const frames = await renderFrames(ffmpeg, path('seed.y4m'));
  const [mp4, avi, webm] = [path('seed.mp4'), path('seed.avi'), path('seed.webm')];
  const h264 = [
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-bf',
    '2',
    '-g',
    '10',
    '-movflags',
    '+faststart',
    mp4,
  ];
  const mpeg4 = ['-c:v', 'mpeg4', '-q:v', '3', '-g', '10', avi];
  await render(ffmpeg, webm, ['-i', frames, ...h264, ...mpeg4, '-c:v', 'libvpx', '-b:v', '1M', '-g', '10']);

  const [mkv, ts, flv] = [path('seed.mkv'), path('seed.ts'), path('seed.flv')];
  await render(ffmpeg, flv, ['-i', mp4, '-c', 'copy', mkv, '-c', 'copy', ts, '-c', 'copy']);
  return { ffmpeg, path, frames, mp4, avi, webm, mkv, ts, flv };
}

/** Bytes, as they are. */
export const bytes =
  (make: (seeds: Seeds) => Uint8Array | string | Promise<Uint8Array | string>): BuildBadInput =>
  async (seeds, file) => {
    await writeFile(file, await make(seeds));
    return file;
  };

/** What ffmpeg makes of its arguments. */
export const rendered =
  (args: (seeds: Seeds) => Args): BuildBadInput =>
  (seeds, file) =>
    render(seeds.ffmpeg, file, args(seeds));

/** The first bytes of a seed, as a fraction of it. */
export const beginningOf = (
  seed: 'mp4' | 'mkv' | 'ts' | 'flv' | 'avi' | 'webm',
  fraction: number,
): BuildBadInput =>
  bytes(async (seeds) => {
    const whole = await readFile(seeds[seed]);
    return whole.subarray(0, Math.round(whole.length * fraction));
  });
