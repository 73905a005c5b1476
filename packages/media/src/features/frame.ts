const WIDTH = 160;
const HEIGHT = 90;
const LUMA = WIDTH * HEIGHT;
const CHROMA = (WIDTH / 2) * (HEIGHT / 2);

/**
 * Frames are analysed at this size, in pixels: planar YUV 4:2:0 of 8 bits in the video range (luma 16 to 235), the luma
 * plane first, then U and V at half the width and height. Decoders have this format at hand; RGB would cost a conversion.
 */
export const FRAME = {
  width: WIDTH,
  height: HEIGHT,
  luma: LUMA,
  chroma: CHROMA,
  bytes: LUMA + 2 * CHROMA,
} as const;

/** The planes of a frame, as views of its bytes. */
export interface Planes {
  /** FRAME.width x FRAME.height, row by row. */
  y: Uint8Array;
  /** Half of both, as is `v`. 128 is grey. */
  u: Uint8Array;
  v: Uint8Array;
}

export function planesOf(frame: Uint8Array): Planes {
  return {
    y: frame.subarray(0, FRAME.luma),
    u: frame.subarray(FRAME.luma, FRAME.luma + FRAME.chroma),
    v: frame.subarray(FRAME.luma + FRAME.chroma, FRAME.bytes),
  };
}
