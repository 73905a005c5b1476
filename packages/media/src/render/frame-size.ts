/** Size of a picture in pixels. */
export interface FrameSize {
  width: number;
  height: number;
}

/** The most that is rendered, lying or upright: 1080p, which everything that plays H.264 plays. In pixels. */
const LONG_SIDE = 1920;
const SHORT_SIDE = 1080;

/**
 * The size at which a video is rendered: as it is displayed, never larger, and even on both sides, as yuv420p has to be.
 *
 * @param displayed as `probe` gives it: after rotation and pixel aspect ratio
 */
export function renderSize({ width, height }: FrameSize): FrameSize {
  const long = Math.max(width, height);
  const short = Math.min(width, height);
  const scale = Math.min(1, LONG_SIDE / long, SHORT_SIDE / short);
  const even = (pixels: number) => Math.max(2, 2 * Math.round((pixels * scale) / 2));
  return { width: even(width), height: even(height) };
}

/** The size that fits into a box and has the same shape; larger than the picture where the box is. */
export function fitInto(box: FrameSize, { width, height }: FrameSize): FrameSize {
  const scale = Math.min(box.width / width, box.height / height);
  const even = (pixels: number) => Math.max(2, 2 * Math.round((pixels * scale) / 2));
  return { width: even(width), height: even(height) };
}
