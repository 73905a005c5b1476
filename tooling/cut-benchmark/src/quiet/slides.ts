import type { QuietKind } from './quiet-kind.ts';
import { copyOf, fillBox, paintPlace, writePage, writeRow } from './paint.ts';

/** Pages of writing, some with a picture, for 10 to 40 s each; on some, rows come one by one. */
export const slides: QuietKind = {
  name: 'slides',
  width: 1280,
  height: 720,
  fps: 25,
  seconds: 300,
  *frames(picture, random) {
    const place = copyOf(picture);
    for (;;) {
      const paper = { y: random.int(190, 235), u: random.int(118, 138), v: random.int(118, 138) };
      fillBox(picture, { x: 0, y: 0, width: 1280, height: 720 }, paper);
      fillBox(
        picture,
        { x: 0, y: 0, width: 1280, height: 90 },
        { y: random.int(60, 180), u: random.int(80, 170), v: 128 },
      );
      writeRow(picture, random, { x: 60, y: 40 }, random.int(15, 40));
      const comesByRows = random.chance(0.3);
      if (random.chance(0.6)) {
        paintPlace(place, random);
        const left = random.pick([0, 640]);
        for (let row = 120; row < 680; row += 1)
          picture.y.set(place.y.subarray(row * 1280 + 640, row * 1280 + 1240), row * 1280 + left + 20);
        if (!comesByRows) writePage(picture, random, { x: 680 - left, y: 130, width: 540, height: 540 });
      } else if (!comesByRows) writePage(picture, random, { x: 60, y: 130, width: 1160, height: 540 });

      const frames = random.int(10 * 25, 40 * 25);
      for (let n = 0; n < frames; n += 1) {
        if (comesByRows && n % 100 === 60 && n < 1500)
          writeRow(picture, random, { x: 60, y: 130 + 0.36 * (n - 60) }, random.int(10, 40));
        yield n === 0;
      }
    }
  },
};
