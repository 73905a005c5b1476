import type { Picture } from './picture.ts';

/** Blurs in place with a box of `radius` pixels, across and then down; chroma with half of that. */
export function blur(picture: Picture, radius: number): void {
  if (radius < 1) return;
  const { width, height, y, u, v } = picture;
  const half = Math.max(1, Math.round(radius / 2));
  for (const [plane, w, h, r] of [
    [y, width, height, Math.round(radius)],
    [u, width / 2, height / 2, half],
    [v, width / 2, height / 2, half],
  ] as const) {
    for (let row = 0; row < h; row += 1) blurLine(plane, row * w, 1, w, r);
    for (let column = 0; column < w; column += 1) blurLine(plane, column, w, h, r);
  }
}

function blurLine(plane: Uint8Array, from: number, step: number, count: number, radius: number): void {
  const line = Uint8Array.from({ length: count }, (_, i) => plane[from + i * step] ?? 0);
  const at = (i: number) => line[Math.max(0, Math.min(count - 1, i))] ?? 0;
  let sum = 0;
  for (let i = -radius; i <= radius; i += 1) sum += at(i);
  for (let i = 0; i < count; i += 1) {
    plane[from + i * step] = sum / (2 * radius + 1);
    sum += at(i + radius + 1) - at(i - radius);
  }
}
