import type { Random } from '../random.ts';
import type { Picture } from '../footage/render/picture.ts';

/** A kind of footage in which little happens. */
export interface QuietKind {
  name: string;
  /** In pixels, even. */
  width: number;
  height: number;
  fps: number;
  seconds: number;
  /** Draws each frame in turn into the same picture, and yields whether a new shot begins with it by a cut. */
  frames(picture: Picture, random: Random): Generator<boolean>;
}
