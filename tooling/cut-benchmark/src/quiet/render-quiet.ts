import { createPicture } from '../footage/render/picture.ts';
import { createRandom, seedFor } from '../random.ts';
import { screen } from './screen.ts';
import { slides } from './slides.ts';
import { staticHour } from './static-hour.ts';
import { surveillance, talk } from './camera.ts';
import type { QuietKind } from './quiet-kind.ts';

export const QUIET_KINDS: readonly QuietKind[] = [slides, screen, surveillance, talk, staticHour];

/**
 * Renders a video in which little happens, frame by frame, as `renderVideo` does: the bytes are reused.
 *
 * @param cuts filled with the index of the first frame of each shot but the first
 */
export function* renderQuiet(kind: QuietKind, seed: number, cuts: number[]): Generator<Uint8Array> {
  const picture = createPicture(kind.width, kind.height);
  const total = kind.seconds * kind.fps;
  let frame = 0;
  for (const isCut of kind.frames(picture, createRandom(seedFor(seed, kind.name)))) {
    if (frame >= total) return;
    if (isCut && frame > 0) cuts.push(frame);
    frame += 1;
    yield picture.bytes;
  }
}
