import type { Thumbnail } from '../features/thumbnail.ts';

/** What a detector sees of one frame. Detectors are pushed the samples of a video one by one, in display order. */
export interface FrameSample {
  /** Mean HSV change from the frame before, 0 to 255: see HsvChange. */
  change: number;
  /** Mean luma, 0 to 255. */
  brightness: number;
  /** From the 5th to the 95th percentile of luma: near 0 for a blank frame, also one with a small title on it. */
  spread: number;
  thumbnail: Thumbnail;
}
