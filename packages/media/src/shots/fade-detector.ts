import { correlation, type Thumbnail } from '../features/thumbnail.ts';
import type { FrameSample } from './frame-sample.ts';
import type { Boundary } from './shot.ts';

/** A frame of less spread of luma than this is blank, when it is black or white. */
const BLANK_SPREAD = 12;
const BLACK = 40;
const WHITE = 160;
/** A frame of at least this spread shows a picture. In between a picture is coming or going. */
const SHOWN_SPREAD = 32;
const MIN_BLANK_FRAMES = 3;
/** The same picture before and after a short blank is a flash or a blink, and no new shot. */
const SAME_PICTURE = 0.8;
/** How many frames a fade may take on either side: further away a dim picture is a picture, and its cuts count. */
const FADE_FRAMES = 30;
/** A blank reached or left within this many frames is cut to or from. */
const HARD_FRAMES = 2;

/** A stretch of blank frames with the frames in which the picture goes and comes. Frames are 0-based indexes. */
interface Blank {
  /** The first frame in which the old picture goes. */
  from: number;
  /** The frame in which the new picture has come, or the number of frames. */
  to: number;
  /** The new shot that appears in it, if any does. */
  boundary: Boundary | undefined;
}

/**
 * Finds where one picture goes to black or white and another comes from it. The new shot begins with the first frame
 * that is not blank. Between two blanks' edges that are both cuts it is called a cut, else a fade. A blank that opens
 * the video is part of the first shot unless a picture appears from it at once; one that closes it, of the last shot.
 */
export class FadeDetector {
  readonly #blanks: Blank[] = [];
  #frame = 0;
  #lastShown: { frame: number; thumbnail: Thumbnail } | undefined;
  /** The blank being passed through: its first and its last blank frame, and how many frames of it are blank. */
  #blank: { first: number; last: number; count: number } | undefined;

  push({ brightness, spread, thumbnail }: FrameSample): void {
    const frame = this.#frame;
    this.#frame += 1;
    if (spread < BLANK_SPREAD && (brightness < BLACK || brightness > WHITE)) {
      this.#blank ??= { first: frame, last: frame, count: 0 };
      this.#blank.last = frame;
      this.#blank.count += 1;
    } else if (spread >= SHOWN_SPREAD) {
      this.#endBlank(frame, thumbnail);
      this.#lastShown = { frame, thumbnail };
    }
  }

  /** @returns every blank of the video, in order. */
  finish(): Blank[] {
    this.#endBlank(this.#frame, undefined);
    return this.#blanks;
  }

  #endBlank(to: number, thumbnail: Thumbnail | undefined): void {
    const blank = this.#blank;
    this.#blank = undefined;
    if (!blank || blank.count < MIN_BLANK_FRAMES) return;
    const before = this.#lastShown;
    const appears = blank.last + 1;
    const cutFrom = to - blank.last <= HARD_FRAMES;
    const cutTo = before !== undefined && blank.first - before.frame <= HARD_FRAMES;
    const newPicture = before
      ? thumbnail !== undefined && correlation(before.thumbnail, thumbnail) < SAME_PICTURE
      : thumbnail !== undefined && cutFrom;
    this.#blanks.push({
      from: Math.max(before ? before.frame + 1 : 0, blank.first - FADE_FRAMES),
      to: Math.min(to, appears + FADE_FRAMES),
      boundary: newPicture ? { frame: appears, transition: cutTo && cutFrom ? 'cut' : 'fade' } : undefined,
    });
  }
}
