/** Fixed-point reciprocals, as pixel work should not divide. */
const SHIFT = 12;
const SATURATION_SCALE = Int32Array.from({ length: 256 }, (_, v) =>
  v === 0 ? 0 : Math.round((255 << SHIFT) / v),
);
const HUE_SCALE = Int32Array.from({ length: 256 }, (_, d) =>
  d === 0 ? 0 : Math.round((180 << SHIFT) / (6 * d)),
);
const ROUND = 1 << (SHIFT - 1);

/**
 * Mean absolute change of hue, saturation and value (each 0 to 255 or less) from one frame to the next, averaged over
 * the three. It is the content measure of PySceneDetect's ContentDetector with two changes: hue is a circle, and hue
 * and saturation count as much as they can be seen, by value and saturation. Unweighted, the hue of near-black pixels
 * is noise that looks like a cut in every dark scene.
 */
export class HsvChange {
  #previous: Uint8Array;
  #current: Uint8Array;
  #seen = false;

  constructor(frameBytes: number) {
    this.#previous = new Uint8Array(frameBytes);
    this.#current = new Uint8Array(frameBytes);
  }

  /** @returns the change from the frame before this one, 0 for the first frame. */
  next(rgb: Uint8Array): number {
    const previous = this.#previous;
    const current = this.#current;
    let sum = 0;
    // Of hue and saturation, in units of 255 * 255, so that the loop stays in whole numbers.
    let weighted = 0;
    for (let i = 0; i < rgb.length; i += 3) {
      const r = rgb[i] ?? 0;
      const g = rgb[i + 1] ?? 0;
      const b = rgb[i + 2] ?? 0;
      const v = r > g ? (r > b ? r : b) : g > b ? g : b;
      const d = v - (r < g ? (r < b ? r : b) : g < b ? g : b);
      const s = (d * (SATURATION_SCALE[v] ?? 0) + ROUND) >> SHIFT;
      const sector = v === r ? g - b : v === g ? b - r + 2 * d : r - g + 4 * d;
      let h = (sector * (HUE_SCALE[d] ?? 0) + ROUND) >> SHIFT;
      if (h < 0) h += 180;

      const lastS = previous[i + 1] ?? 0;
      const lastV = previous[i + 2] ?? 0;
      const turn = Math.abs(h - (previous[i] ?? 0));
      const hueChange = 2 * (turn > 90 ? 180 - turn : turn);
      const leastV = v < lastV ? v : lastV;
      const leastS = s < lastS ? s : lastS;
      weighted += leastV * (leastS * hueChange + 255 * Math.abs(s - lastS));
      sum += Math.abs(v - lastV);
      current[i] = h;
      current[i + 1] = s;
      current[i + 2] = v;
    }
    this.#previous = current;
    this.#current = previous;
    const first = !this.#seen;
    this.#seen = true;
    return first ? 0 : (sum + weighted / 65_025) / rgb.length;
  }
}
