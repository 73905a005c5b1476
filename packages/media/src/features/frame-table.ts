import { FRAME } from '../ffmpeg/decode.ts';
import { Column } from './column.ts';
import { HsvChange } from './hsv-change.ts';
import { measurePicture, toLuma } from './picture.ts';

/** The features of every frame so far: one column each, and nothing else is kept of a frame. */
export class FrameTable {
  readonly change = new Column();
  readonly brightness = new Column();
  readonly contrast = new Column();
  readonly sharpness = new Column();
  readonly exposure = new Column();
  readonly colourfulness = new Column();
  /** The luma of the frame pushed last, for detectors that look at the picture. */
  readonly luma = new Uint8Array(FRAME.width * FRAME.height);
  readonly #hsvChange = new HsvChange(FRAME.bytes);

  get length(): number {
    return this.change.length;
  }

  push(rgb: Uint8Array): void {
    toLuma(rgb, this.luma);
    const picture = measurePicture(rgb, this.luma, FRAME.width);
    this.change.push(this.#hsvChange.next(rgb));
    this.brightness.push(picture.brightness);
    this.contrast.push(picture.contrast);
    this.sharpness.push(picture.sharpness);
    this.exposure.push(picture.exposure);
    this.colourfulness.push(picture.colourfulness);
  }
}
