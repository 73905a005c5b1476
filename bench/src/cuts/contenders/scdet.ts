import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Ffmpeg } from '@orq/media';
import type { Contender } from './contender.ts';

const run = promisify(execFile);

/** ffmpeg's filter scdet at its default threshold; null where the ffmpeg at hand lacks it (it came with 4.4). */
export async function scdet({ ffmpeg, version }: Ffmpeg): Promise<Contender | null> {
  const { stdout } = await run(ffmpeg, ['-hide_banner', '-filters']);
  if (!/ scdet /.test(stdout)) return null;
  return {
    name: 'ffmpeg scdet',
    about: `the filter scdet of ffmpeg ${version} at its defaults`,
    isTyped: false,
    command: (video) => ({
      file: ffmpeg,
      args: [
        ['-nostdin', '-hide_banner', '-nostats', '-i', `file:${video}`],
        ['-map', '0:v:0', '-vf', 'scdet', '-f', 'null', '-'],
      ].flat(),
    }),
    parse: ({ stderr }, fps) =>
      [...stderr.matchAll(/lavfi\.scd\.time: ([\d.]+)/g)].map(([, seconds]) => ({
        type: 'cut' as const,
        frame: Math.round(Number(seconds) * fps),
      })),
  };
}
