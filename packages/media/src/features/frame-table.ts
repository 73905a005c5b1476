import { Column } from './column.ts';
import type { Picture } from './picture.ts';

/** The figures that are kept of every frame: `change` is that of PictureChange, the others those of Picture. */
export const FRAME_FIGURES = [
  'change',
  'brightness',
  'contrast',
  'spread',
  'sharpness',
  'exposure',
  'colourfulness',
] as const;

/** What is kept of every frame of a video: one column for each figure, and nothing else. */
export class FrameTable {
  readonly change = new Column();
  readonly brightness = new Column();
  readonly contrast = new Column();
  readonly spread = new Column();
  readonly sharpness = new Column();
  readonly exposure = new Column();
  readonly colourfulness = new Column();

  get length(): number {
    return this.change.length;
  }

  /** @param change mean change of luma from the frame before: see PictureChange */
  push(picture: Picture, change: number): void {
    for (const figure of FRAME_FIGURES) this[figure].push(figure === 'change' ? change : picture[figure]);
  }

  /** Pushes the frames `from` (included) to `to` (not included) of another table. */
  append(other: FrameTable, from = 0, to = other.length): void {
    for (const figure of FRAME_FIGURES) this[figure].append(other[figure].view().subarray(from, to));
  }
}
