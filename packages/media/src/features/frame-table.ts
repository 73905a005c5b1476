import { Column } from './column.ts';
import type { Picture } from './picture.ts';

/** What clip choice needs of every frame: one column each, and nothing else is kept of a frame. */
export class FrameTable {
  readonly change = new Column();
  readonly brightness = new Column();
  readonly contrast = new Column();
  readonly sharpness = new Column();
  readonly exposure = new Column();
  readonly colourfulness = new Column();

  get length(): number {
    return this.change.length;
  }

  /** @param change mean HSV change from the frame before: see HsvChange */
  push(picture: Picture, change: number): void {
    this.change.push(change);
    this.brightness.push(picture.brightness);
    this.contrast.push(picture.contrast);
    this.sharpness.push(picture.sharpness);
    this.exposure.push(picture.exposure);
    this.colourfulness.push(picture.colourfulness);
  }
}
