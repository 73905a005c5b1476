/** An opacity from 0 to 255 in parts of 256, so that what is opaque leaves nothing of what was there. */
export const toShare = (opacity: number) => opacity + (opacity >> 7);
