import { FRAME } from './frame.ts';

/** Mean absolute change of luma from one frame to the next, on a scale of 0 to 255. */
export class PictureChange {
  readonly #previous = new Uint8Array(FRAME.luma);
  #seen = false;

  /** @returns the change from the frame before this one, 0 for the first frame. */
  next(luma: Uint8Array): number {
    const previous = this.#previous;
    let sum = 0;
    for (let p = 0; p < FRAME.luma; p += 1) {
      const step = (luma[p] ?? 0) - (previous[p] ?? 0);
      sum += step < 0 ? -step : step;
    }
    previous.set(luma);
    const first = !this.#seen;
    this.#seen = true;
    return first ? 0 : (sum / FRAME.luma) * (255 / 219);
  }
}
