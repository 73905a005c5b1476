import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Ffmpeg } from '../../src/index.ts';

const run = promisify(execFile);

/** Arguments of ffmpeg, those that belong together in an array of their own. */
export type Args = readonly (string | readonly string[])[];

/** Runs ffmpeg with the given arguments, writing `file`. */
export async function render(ffmpeg: Ffmpeg, file: string, args: Args): Promise<string> {
  await run(ffmpeg.ffmpeg, ['-nostdin', '-hide_banner', '-loglevel', 'error', '-y', ...args.flat(), file]);
  return file;
}
