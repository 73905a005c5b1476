/** Cuts a byte stream into frames of equal size. The frame handed out is one buffer, used again and again. */
export class FrameAssembler {
  /** Whole frames handed out so far. */
  count = 0;
  readonly #frame: Uint8Array;
  readonly #onFrame: (frame: Uint8Array) => void;
  #filled = 0;

  constructor(frameBytes: number, onFrame: (frame: Uint8Array) => void) {
    this.#frame = new Uint8Array(frameBytes);
    this.#onFrame = onFrame;
  }

  push(chunk: Uint8Array): void {
    let offset = 0;
    while (offset < chunk.length) {
      const take = Math.min(this.#frame.length - this.#filled, chunk.length - offset);
      this.#frame.set(chunk.subarray(offset, offset + take), this.#filled);
      this.#filled += take;
      offset += take;
      if (this.#filled < this.#frame.length) return;
      this.#filled = 0;
      this.count += 1;
      this.#onFrame(this.#frame);
    }
  }
}
