import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { planCostVideos } from '@orq/cut-benchmark';
import { runCommand } from '../contenders/run-command.ts';
import { renderAll, type RenderDeps } from '../set/render-all.ts';

/** What is rendered of the long file, and how often it is repeated to make an hour of it. */
const PART = 'low-resolution.mp4';
const REPEATS = 14;

/**
 * Renders the files that cost is measured on, where they are not there: half a minute of 1080p, a minute of 720p, and
 * an hour of low resolution, which is four minutes over and over.
 *
 * @returns their paths
 */
export async function costFiles(seed: number, folder: string, deps: RenderDeps): Promise<string[]> {
  const plans = await renderAll(planCostVideos(seed), { set: 'cost', seed }, folder, deps);
  const hour = path.join(folder, 'hour.mp4');
  const part = path.join(folder, PART);
  if (!existsSync(hour) && existsSync(part)) {
    const partial = `${hour}.partial`;
    const args = [
      ['-nostdin', '-v', 'error', '-y', '-stream_loop', String(REPEATS), '-i', `file:${part}`],
      ['-c', 'copy', '-f', 'mp4', `file:${partial}`],
    ].flat();
    await runCommand({ file: deps.ffmpeg, args }, deps.lifetime);
    await rename(partial, hour);
  }
  return [...plans.map(({ name }) => path.join(folder, name)).filter((file) => file !== part), hour];
}
