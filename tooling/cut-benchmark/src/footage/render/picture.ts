/** A picture in YCbCr 4:2:0 of 8 bits, video range: the planes one after the other, as encoders take them. */
export interface Picture {
  width: number;
  height: number;
  /** All three planes. */
  bytes: Uint8Array;
  y: Uint8Array;
  u: Uint8Array;
  v: Uint8Array;
}

/** @param width even; @param height even */
export function createPicture(width: number, height: number): Picture {
  const luma = width * height;
  const bytes = new Uint8Array((luma * 3) / 2);
  return {
    width,
    height,
    bytes,
    y: bytes.subarray(0, luma),
    u: bytes.subarray(luma, luma * 1.25),
    v: bytes.subarray(luma * 1.25),
  };
}
