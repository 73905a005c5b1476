import { createDescriptor, type Descriptor } from '../features/descriptor.ts';

/** The last frames of a video, by their 0-based index. The place of the oldest is used for the next one. */
export class FrameWindow {
  readonly #frames: Descriptor[];
  /** How many frames have been pushed: the index of the next one. */
  end = 0;

  /** @param size how many frames are remembered */
  constructor(size: number) {
    this.#frames = Array.from({ length: size }, createDescriptor);
  }

  /** @param fill writes the next frame into the place that it is given */
  push(fill: (place: Descriptor) => void): void {
    const place = this.#frames[this.end % this.#frames.length];
    if (place) fill(place);
    this.end += 1;
  }

  /** The frame of an index; undefined where there is none, or none any more. */
  at(index: number): Descriptor | undefined {
    if (index < 0 || index >= this.end || index < this.end - this.#frames.length) return undefined;
    return this.#frames[index % this.#frames.length];
  }
}
