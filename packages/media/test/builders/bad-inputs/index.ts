import { damaged } from './damaged.ts';
import { hostile } from './hostile.ts';
import { notAVideo } from './not-a-video.ts';
import { oddVideos } from './odd-videos.ts';
import type { BadInput } from './seeds.ts';

/** Each of them has a row of its own in docs/bad-input.md. */
export const badInputs: Record<string, BadInput> = { ...notAVideo, ...damaged, ...oddVideos, ...hostile };
export { renderSeeds, type Seeds } from './seeds.ts';
