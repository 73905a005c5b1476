import { run } from '../../src/ffmpeg/run.ts';
import type { Ffmpeg } from '../../src/index.ts';

/** What ffprobe says of the streams of a file, and of the file as a whole. */
export async function describeFile(
  { ffprobe }: Ffmpeg,
  file: string,
): Promise<{ streams: Record<string, unknown>[]; format: Record<string, unknown> }> {
  let json = '';
  const args = ['-v', 'error', '-show_streams', '-show_format', '-of', 'json', file];
  await run(ffprobe, args, { stallMs: 30_000, onStdout: (chunk) => (json += chunk.toString('utf8')) });
  return JSON.parse(json) as { streams: Record<string, unknown>[]; format: Record<string, unknown> };
}
