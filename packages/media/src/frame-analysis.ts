import { FrameTable } from './features/frame-table.ts';
import { HsvChange } from './features/hsv-change.ts';
import { measurePicture, toLuma } from './features/picture.ts';
import { toThumbnail } from './features/thumbnail.ts';
import { FRAME } from './ffmpeg/decode.ts';
import { ShotDetector } from './shots/shot-detector.ts';

/** Measures each frame once and hands what was measured to shot detection and to the table that clips are scored by. */
export class FrameAnalysis {
  readonly table = new FrameTable();
  readonly shots = new ShotDetector();
  readonly #hsvChange = new HsvChange(FRAME.bytes);
  readonly #luma = new Uint8Array(FRAME.width * FRAME.height);

  /** @param rgb a frame of FRAME's size; its bytes may be reused afterwards */
  push(rgb: Uint8Array): void {
    toLuma(rgb, this.#luma);
    const picture = measurePicture(rgb, this.#luma, FRAME.width);
    const change = this.#hsvChange.next(rgb);
    this.table.push(picture, change);
    this.shots.push({
      change,
      brightness: picture.brightness,
      spread: picture.spread,
      thumbnail: toThumbnail(rgb, this.#luma),
    });
  }
}
