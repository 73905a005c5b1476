/** A colour in YCbCr as of BT.601, video range: luma 16 to 235, chroma 16 to 240 around 128. */
export interface Colour {
  y: number;
  u: number;
  v: number;
}

/** @param hue degrees; @param saturation 0 to 1; @param lightness 0 to 1, of HSV's value */
export function hsv(hue: number, saturation: number, lightness: number): Colour {
  const channel = (n: number) => {
    const k = (n + (((hue % 360) + 360) % 360) / 60) % 6;
    return 255 * lightness * (1 - saturation * Math.max(0, Math.min(k, 4 - k, 1)));
  };
  const [r, g, b] = [channel(5), channel(3), channel(1)];
  return {
    y: 16 + 0.257 * r + 0.504 * g + 0.098 * b,
    u: 128 - 0.148 * r - 0.291 * g + 0.439 * b,
    v: 128 + 0.439 * r - 0.368 * g - 0.071 * b,
  };
}

/** A colour for each value of a field. */
export interface Ramp {
  y: Uint8Array;
  u: Uint8Array;
  v: Uint8Array;
}

/** Colours evenly spaced over 0 to 255, and mixtures in between. */
export function ramp(...stops: readonly Colour[]): Ramp {
  const values = Array.from({ length: 256 }, (_, value) => {
    const at = (value / 255) * (stops.length - 1);
    const from = stops[Math.floor(at)] ?? hsv(0, 0, 0);
    const to = stops[Math.ceil(at)] ?? from;
    const share = at - Math.floor(at);
    return {
      y: from.y + (to.y - from.y) * share,
      u: from.u + (to.u - from.u) * share,
      v: from.v + (to.v - from.v) * share,
    };
  });
  return {
    y: Uint8Array.from(values, ({ y }) => Math.round(y)),
    u: Uint8Array.from(values, ({ u }) => Math.round(u)),
    v: Uint8Array.from(values, ({ v }) => Math.round(v)),
  };
}
