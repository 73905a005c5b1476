import { createRandom } from '../../random.ts';
import type { Picture } from './picture.ts';

/** How the light falls on the sensor for one frame. */
export interface Exposure {
  /** Multiplies luma above black. */
  gain: number;
  /** Added to chroma. */
  tint: readonly [number, number];
  /** Standard deviation in levels of luma. */
  noise: number;
  /** Frames with the same number have the same noise. */
  noiseSeed: number;
  /** 0 to 1. */
  vignette: number;
}

const NOISE_MASK = 65_535;
/** Of a standard deviation of 32. */
const NOISE = gaussian();

function gaussian(): Int8Array {
  const random = createRandom(7);
  return Int8Array.from({ length: NOISE_MASK + 1 }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
    return Math.max(-127, Math.min(127, Math.round(32 * radius * Math.cos(2 * Math.PI * random.next()))));
  });
}

/** Lights the picture, darkens its corners and adds the sensor's noise, in place. */
export function expose(picture: Picture, exposure: Exposure): void {
  const { y, u, v, width, height } = picture;
  const { gain, tint, noise, noiseSeed, vignette } = exposure;
  const lit = Int16Array.from({ length: 256 }, (_, value) => Math.min(235 * 4, (value - 16) * gain * 4));
  const random = createRandom(noiseSeed);
  // 32 levels of the table are one of the frame's standard deviation; four steps are one level of luma.
  const strength = Math.round((noise / 32) * 4 * 256);
  const falloff = vignetteRow(width, vignette);
  for (let row = 0; row < height; row += 1) {
    const edge = (2 * row) / height - 1;
    const rowFalloff = Math.round(256 * (1 - 0.5 * vignette * edge * edge));
    let grain = random.int(0, NOISE_MASK);
    let at = row * width;
    for (let x = 0; x < width; x += 1) {
      const light = ((lit[y[at] ?? 0] ?? 0) * (falloff[x] ?? 0) * rowFalloff) >> 16;
      const value = 16 + ((light + (((NOISE[grain & NOISE_MASK] ?? 0) * strength) >> 8)) >> 2);
      y[at] = value < 16 ? 16 : value > 235 ? 235 : value;
      grain += 1;
      at += 1;
    }
  }
  // Coloured light colours the more the more of it there is.
  const tinting = Math.min(1, gain);
  shade(u, gain, tint[0] * tinting, strength, random.int(0, NOISE_MASK));
  shade(v, gain, tint[1] * tinting, strength, random.int(0, NOISE_MASK));
}

function vignetteRow(width: number, vignette: number): Int32Array {
  return Int32Array.from({ length: width }, (_, x) => {
    const edge = (2 * x) / width - 1;
    return Math.round(256 * (1 - 0.5 * vignette * edge * edge));
  });
}

/** Colour goes with the light: none in the dark, and none where the sensor is overexposed. */
function shade(chroma: Uint8Array, gain: number, tint: number, strength: number, from: number): void {
  const saturation = gain <= 1 ? 0.25 + 0.75 * gain : 1 / gain;
  const shaded = Uint8Array.from({ length: 256 }, (_, value) =>
    Math.max(16, Math.min(240, 128 + (value - 128) * saturation + tint)),
  );
  let grain = from;
  for (let at = 0; at < chroma.length; at += 1) {
    // Half the noise of luma: encoders and cameras smooth chroma.
    const value = (shaded[chroma[at] ?? 0] ?? 0) + (((NOISE[grain & NOISE_MASK] ?? 0) * strength) >> 11);
    chroma[at] = value < 16 ? 16 : value > 240 ? 240 : value;
    grain += 1;
  }
}
