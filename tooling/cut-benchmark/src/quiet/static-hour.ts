import type { QuietKind } from './quiet-kind.ts';
import { paintPlace } from './paint.ts';

/** Three pictures, each for twenty minutes: music with its covers, a stream that waits. */
export const staticHour: QuietKind = {
  name: 'static hour',
  width: 320,
  height: 180,
  fps: 25,
  seconds: 3600,
  *frames(picture, random) {
    for (;;) {
      paintPlace(picture, random);
      for (let n = 0; n < 20 * 60 * 25; n += 1) yield n === 0;
    }
  },
};
