import { hsv, ramp } from '../scene/palette.ts';
import { belowHorizon } from '../scene/texture.ts';
import { actors, anyColour, type Family, layer, some, tones } from './family.ts';

/** Hills under a sky. */
export const landscape: Family = (random, bank) => {
  const sky = random.between(195, 225);
  const ground = random.between(28, 130);
  return {
    layers: [
      layer(
        random,
        {
          of: [[some(random, bank, 'clouds'), 1]],
          ramp: ramp(
            hsv(sky, random.between(0.4, 0.8), random.between(0.45, 0.85)),
            hsv(sky, 0.25, 0.85),
            hsv(40, 0.05, 0.98),
          ),
          shade: (down) => 0.25 - 0.5 * Math.abs(1 - 2 * down),
        },
        { parallax: 0.25, drift: [random.between(-6, 6), 0] },
      ),
      layer(
        random,
        {
          of: [
            [some(random, bank, 'rough'), 2],
            [some(random, bank, 'stones'), 1],
          ],
          ramp: tones(random, ground + random.between(10, 60), 0.3, [0.2, 0.7]),
          alpha: belowHorizon(some(random, bank, 'clouds'), random.between(0.38, 0.52), 0.35),
        },
        { parallax: 0.5 },
      ),
      layer(
        random,
        {
          of: [
            [some(random, bank, 'grass'), 2],
            [some(random, bank, 'rough'), 1],
          ],
          ramp: tones(random, ground, random.between(0.35, 0.7), [0.08, random.between(0.5, 0.85)]),
          other: {
            ramp: tones(random, ground - 25, 0.4, [0.1, 0.6]),
            where: some(random, bank, 'clouds'),
            above: 150,
          },
          alpha: belowHorizon(some(random, bank, 'clouds'), random.between(0.56, 0.68), 0.2),
        },
        { parallax: 1 },
      ),
    ],
    actors: actors(random, bank, {
      count: random.int(1, 4),
      shapes: ['figure', 'blob', 'vehicle'],
      detail: 'rough',
      colours: anyColour,
      size: [20, 90],
      speed: 50,
      down: [25, 70],
      aside: 190,
    }),
    foreground: [],
    exposure: random.between(0.85, 1.05),
    noise: random.between(0.8, 2.2),
    vignette: random.between(0.05, 0.25),
  };
};
