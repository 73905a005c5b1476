import { Column } from './column.ts';
import type { Picture } from './picture.ts';

/** The figures kept of every frame: see Picture; `spread` is a Descriptor's, `change` its `lumaDistance` to the one before. */
export const FRAME_FIGURES = [
  'change',
  'brightness',
  'contrast',
  'spread',
  'sharpness',
  'exposure',
  'colourfulness',
] as const;

export type FrameFigures = Picture & Record<'change' | 'spread', number>;

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

  push(figures: FrameFigures): void {
    for (const name of FRAME_FIGURES) this[name].push(figures[name]);
  }

  /** Pushes the frames `from` (included) to `to` (not included) of another table. */
  append(other: FrameTable, from = 0, to = other.length): void {
    for (const figure of FRAME_FIGURES) this[figure].append(other[figure].view().subarray(from, to));
  }
}
