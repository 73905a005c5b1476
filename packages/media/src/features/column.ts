/** A column of numbers, one a frame, that grows as the video is decoded: 4 bytes a frame. */
export class Column {
  length = 0;
  #values = new Float32Array(1024);

  push(value: number): void {
    if (this.length === this.#values.length) {
      const grown = new Float32Array(this.length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.length] = value;
    this.length += 1;
  }

  /** Pushes a run of values. */
  append(values: ArrayLike<number>): void {
    for (let i = 0; i < values.length; i += 1) this.push(values[i] ?? 0);
  }

  /** The values pushed so far, as a view. */
  view(): Float32Array {
    return this.#values.subarray(0, this.length);
  }
}
