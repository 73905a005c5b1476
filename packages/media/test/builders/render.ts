import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Ffmpeg } from '../../src/index.ts';

const run = promisify(execFile);

/** Runs ffmpeg with the given arguments, writing `file`. */
export async function render(ffmpeg: Ffmpeg, file: string, args: readonly string[]): Promise<string> {
  await run(ffmpeg.ffmpeg, ['-nostdin', '-hide_banner', '-loglevel', 'error', '-y', ...args, file]);
  return file;
}
