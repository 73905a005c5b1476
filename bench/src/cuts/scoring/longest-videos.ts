import path from 'node:path';
import { type Ffmpeg, probe } from '@orq/media';

/** The paths of the `count` videos that play longest. */
export async function longestVideos(
  folder: string,
  names: readonly string[],
  ffmpeg: Ffmpeg,
  count: number,
): Promise<string[]> {
  const videos: { file: string; ms: number }[] = [];
  for (const name of names) {
    const file = path.join(folder, name);
    const { videoEndMs, durationMs } = await probe(file, { ffmpeg });
    videos.push({ file, ms: videoEndMs ?? durationMs ?? 0 });
  }
  return videos
    .sort((a, b) => b.ms - a.ms)
    .slice(0, count)
    .map(({ file }) => file);
}
