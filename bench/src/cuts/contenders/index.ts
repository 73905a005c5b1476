import type { Ffmpeg } from '@orq/media';
import type { Contender } from './contender.ts';
import { orq } from './orq.ts';
import { pySceneDetect } from './pyscenedetect.ts';
import { scdet } from './scdet.ts';

/** Who can take part on this machine, orq first. */
export async function takingPart(
  ffmpeg: Ffmpeg,
  options: { pySceneDetect: string | undefined; python: string },
): Promise<Contender[]> {
  const peers =
    options.pySceneDetect === undefined ? [] : await pySceneDetect(options.pySceneDetect, options.python);
  const filter = await scdet(ffmpeg);
  return [orq, ...peers, ...(filter ? [filter] : [])];
}
