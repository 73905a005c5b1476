/** How a frame is looked at. */
export interface View {
  /** The middle of the picture, in texels. */
  x: number;
  y: number;
  /** Texels a pixel. */
  scale: number;
  /** Of the angle by which the camera is tilted. */
  cos: number;
  sin: number;
  /** Since the shot began. */
  seconds: number;
}
