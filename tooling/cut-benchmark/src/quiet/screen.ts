import type { QuietKind } from './quiet-kind.ts';
import { copyOf, fillBox, writeLetter, writePage } from './paint.ts';

const WIDTH = 1280;
const HEIGHT = 720;

/** A screen on which someone reads, scrolls, writes, moves the pointer, and goes from window to window, and back at times. */
export const screen: QuietKind = {
  name: 'screen',
  width: WIDTH,
  height: HEIGHT,
  fps: 30,
  seconds: 240,
  *frames(picture, random) {
    const windows = [0, 1, 2, 3].map(() => {
      const window = copyOf(picture);
      const dark = random.chance(0.4);
      const paper = { y: dark ? 60 : random.int(170, 235), u: random.int(118, 138), v: random.int(118, 138) };
      fillBox(window, { x: 0, y: 0, width: WIDTH, height: HEIGHT }, paper);
      const bar = { y: random.int(60, 200), u: random.int(90, 160), v: random.int(90, 160) };
      fillBox(window, { x: 0, y: 0, width: random.int(150, 500), height: HEIGHT }, bar);
      writePage(window, random, { x: random.int(160, 520), y: 20, width: 720, height: 680 });
      return window;
    });
    let current = 0;
    const pointer = { x: 600, y: 300 };
    for (;;) {
      const window = windows[current];
      if (!window) return;
      const frames = random.int(3 * 30, 45 * 30);
      const letter = { x: 540, y: random.int(100, 600) };
      for (let n = 0; n < frames; n += 1) {
        const second = Math.floor(n / 30) % 20;
        if (second === 6) scroll(window.y, WIDTH, 14);
        if (second > 10 && second < 16 && n % 4 === 0) {
          writeLetter(window, random, letter);
          letter.x = letter.x > 1200 ? 540 : letter.x + 13;
        }
        if (second === 3 || second === 17) {
          pointer.x = Math.min(WIDTH - 20, Math.max(0, pointer.x + random.int(-14, 16)));
          pointer.y = Math.min(HEIGHT - 30, Math.max(0, pointer.y + random.int(-14, 15)));
        }
        picture.bytes.set(window.bytes);
        fillBox(picture, { ...pointer, width: 12, height: 20 }, { y: 16, u: 128, v: 128 });
        yield n === 0;
      }
      current = (current + random.int(1, 3)) % windows.length;
    }
  },
};

/** Up by some rows; what leaves at the top comes in again below. */
function scroll(luma: Uint8Array, width: number, rows: number): void {
  const top = luma.slice(0, rows * width);
  luma.copyWithin(0, rows * width);
  luma.set(top, luma.length - top.length);
}
