import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Encoding } from '@orq/cut-benchmark';

const run = promisify(execFile);

/** Which of the encoders the ffmpeg at hand lacks. */
export async function missingEncoders(ffmpeg: string, wanted: readonly Encoding[]): Promise<Set<string>> {
  const { stdout } = await run(ffmpeg, ['-hide_banner', '-encoders']);
  const has = new Set(stdout.split('\n').map((line) => line.trim().split(/\s+/)[1]));
  return new Set(wanted.map(({ encoder }) => encoder).filter((encoder) => !has.has(encoder)));
}
