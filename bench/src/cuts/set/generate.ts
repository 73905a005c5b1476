import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { planSet, type Split, type Truth, truthOf } from '@orq/cut-benchmark';
import { renderAll, type RenderDeps } from './render-all.ts';

const ABOUT =
  'Rendered by `pnpm bench cuts`: nothing here was filmed or drawn by anyone, and the truth is exact. Frames are ' +
  '0-based indexes; stretches include both ends. `hard`: the first frame of each new shot. `gradual`: from the first ' +
  'frame that is not the old shot alone to the last that is not the new one alone.';

/** Renders one half of the set into a folder, and its labels.json last: where that is, all of it is there. */
export async function generate(split: Split, seed: number, folder: string, deps: RenderDeps): Promise<void> {
  const labelsFile = path.join(folder, 'labels.json');
  if (existsSync(labelsFile)) return;
  const rendered = await renderAll(planSet(split, seed), { set: split, seed }, folder, deps);
  const truths: Record<string, Truth | string> = { about: ABOUT };
  for (const plan of rendered) truths[plan.name] = truthOf(plan);
  await writeFile(labelsFile, `${JSON.stringify(truths, null, 1)}\n`);
}
