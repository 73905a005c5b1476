import type { WipeGeometry } from '../plan/video-plan.ts';
import type { Picture } from './picture.ts';

/** Mixes `incoming` into `outgoing` in place: `share` of it, 0 to 1. */
export function dissolve(outgoing: Picture, incoming: Picture, share: number): void {
  const weight = Math.round(share * 256);
  const target = outgoing.bytes;
  const source = incoming.bytes;
  for (let at = 0; at < target.length; at += 1) {
    const old = target[at] ?? 0;
    target[at] = old + ((((source[at] ?? 0) - old) * weight + 128) >> 8);
  }
}

/** Mixes a colour into the picture in place: `share` of it, 0 to 1. */
export function fade(picture: Picture, colour: 'black' | 'white', share: number): void {
  const weight = Math.round(share * 256);
  const luma = colour === 'black' ? 16 : 235;
  const { y, u, v } = picture;
  for (let at = 0; at < y.length; at += 1) {
    const old = y[at] ?? 0;
    y[at] = old + (((luma - old) * weight + 128) >> 8);
  }
  for (const chroma of [u, v]) {
    for (let at = 0; at < chroma.length; at += 1) {
      const old = chroma[at] ?? 0;
      chroma[at] = old + (((128 - old) * weight + 128) >> 8);
    }
  }
}

/** When each pixel changes sides: 0 for the first, 1 for the last. */
export type WipeOrder = Float32Array;

export function wipeOrder(geometry: WipeGeometry, width: number, height: number): WipeOrder {
  const order = new Float32Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      order[y * width + x] = when(geometry, (x + 0.5) / width, (y + 0.5) / height);
    }
  }
  return order;
}

/** @param x from 0 at the left to 1; @param y from 0 at the top to 1 */
function when(geometry: WipeGeometry, x: number, y: number): number {
  const radius = Math.hypot(x - 0.5, y - 0.5) / Math.SQRT1_2;
  switch (geometry) {
    case 'left':
      return 1 - x;
    case 'right':
      return x;
    case 'up':
      return 1 - y;
    case 'down':
      return y;
    case 'diagonal':
      return (x + y) / 2;
    case 'iris-open':
      return radius;
    case 'iris-close':
      return 1 - radius;
    case 'clock':
      return (Math.atan2(x - 0.5, y - 0.5) / Math.PI + 1) / 2;
    case 'barn-door':
      return 2 * Math.abs(x - 0.5);
    case 'blinds':
      return (y * 6) % 1;
  }
}

/** Puts `incoming` where its turn has come, in place; `softness` is the width of the edge as a fraction of the whole. */
export function wipe(
  outgoing: Picture,
  incoming: Picture,
  order: WipeOrder,
  share: number,
  softness: number,
): void {
  const { width, height } = outgoing;
  const edge = Math.max(softness, 0.002);
  const front = share * (1 + edge);
  const weightAt = (at: number) => Math.max(0, Math.min(1, (front - (order[at] ?? 0)) / edge));
  for (let at = 0; at < order.length; at += 1) {
    const old = outgoing.y[at] ?? 0;
    outgoing.y[at] = old + ((incoming.y[at] ?? 0) - old) * weightAt(at);
  }
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      const weight = weightAt(y * width + x);
      const at = (y >> 1) * (width >> 1) + (x >> 1);
      const oldU = outgoing.u[at] ?? 0;
      const oldV = outgoing.v[at] ?? 0;
      outgoing.u[at] = oldU + ((incoming.u[at] ?? 0) - oldU) * weight;
      outgoing.v[at] = oldV + ((incoming.v[at] ?? 0) - oldV) * weight;
    }
  }
}
