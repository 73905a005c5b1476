import type { Picture } from '../footage/render/picture.ts';
import { createRandom } from '../random.ts';
import type { QuietKind } from './quiet-kind.ts';
import { copyOf, fillEllipse, paintPlace, Sensor } from './paint.ts';

const SIZE = { width: 1280, height: 720, fps: 25, seconds: 240 } as const;
const PIXELS = SIZE.width * SIZE.height;

/** Cameras that stand, of which one is shown for a minute or more: noise, now and then a passer-by, and day becomes night. */
export const surveillance: QuietKind = {
  name: 'surveillance',
  ...SIZE,
  *frames(picture, random) {
    const places = [0, 1, 2].map(() => placeLike(picture, random));
    const sensor = new Sensor(PIXELS, 5, createRandom(7));
    const scene = copyOf(picture);
    let shown = 0;
    for (let shot = 0; ; shot += 1) {
      const place = places[shot % places.length];
      if (!place) return;
      const frames = random.int(50 * 25, 90 * 25);
      const comesAt = random.int(5 * 25, 30 * 25);
      for (let n = 0; n < frames; n += 1, shown += 1) {
        scene.bytes.set(place.bytes);
        const step = n - comesAt;
        if (step >= 0 && step < 250) drawPerson(scene, -150 + step * 6, step);
        // The evening comes.
        const evening = 1 - 0.15 * Math.min(1, shown / (SIZE.seconds * SIZE.fps));
        sensor.expose(scene, evening, picture);
        yield n === 0;
      }
    }
  },
};

/** Two or three who talk, each before a camera of their own, for 8 to 90 s at a time. */
export const talk: QuietKind = {
  name: 'talk',
  ...SIZE,
  *frames(picture, random) {
    const places = [0, 1, 2].map(() => placeLike(picture, random));
    const sensor = new Sensor(PIXELS, 2, createRandom(8));
    const scene = copyOf(picture);
    let current = 0;
    for (;;) {
      const place = places[current];
      if (!place) return;
      const frames = random.int(8 * 25, 90 * 25);
      for (let n = 0; n < frames; n += 1) {
        scene.bytes.set(place.bytes);
        const [x, y] = [420 + 18 * Math.sin(n / 31 + current), 150 + 9 * Math.sin(n / 17)].map(
          Math.round,
        ) as [number, number];
        fillEllipse(
          scene,
          { x: x - 120, y: y + 250, width: 560, height: 500 },
          { y: 70 + 30 * current, u: 150 - 20 * current, v: 120 },
        );
        fillEllipse(scene, { x, y, width: 300, height: 360 }, { y: 150, u: 112, v: 150 });
        const open = n % 200 < 130 ? Math.round(18 + 16 * Math.sin(n / 2.3)) : 4;
        fillEllipse(scene, { x: x + 100, y: y + 250, width: 100, height: open }, { y: 60, u: 120, v: 160 });
        sensor.expose(scene, 1, picture);
        yield n === 0;
      }
      current = (current + random.int(1, 2)) % places.length;
    }
  },
};

function placeLike(picture: Picture, random: Parameters<typeof paintPlace>[1]): Picture {
  const place = copyOf(picture);
  paintPlace(place, random);
  return place;
}

function drawPerson(scene: Picture, x: number, step: number): void {
  const bob = Math.round(5 * Math.sin(step / 4));
  fillEllipse(scene, { x, y: 260 + bob, width: 130, height: 400 }, { y: 50, u: 140, v: 120 });
  fillEllipse(scene, { x: x + 30, y: 190 + bob, width: 70, height: 90 }, { y: 150, u: 112, v: 150 });
}
