import type { Descriptor } from '../features/descriptor.ts';

/** A frame of less spread of luma than this is blank, when it is black or white. A small title on it does not count. */
const BLANK_SPREAD = 6;
const BLACK = 40;
const WHITE = 160;
/** A frame of at least this spread shows a picture. In between a picture is coming or going. */
const SHOWN_SPREAD = 32;

type Light = Pick<Descriptor, 'brightness' | 'spread'>;

export const isBlank = ({ brightness, spread }: Light) =>
  spread < BLANK_SPREAD && (brightness < BLACK || brightness > WHITE);

export const isShown = ({ spread }: Light) => spread >= SHOWN_SPREAD;
