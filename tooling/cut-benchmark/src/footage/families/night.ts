import { hsv, ramp } from '../scene/palette.ts';
import { above } from '../scene/texture.ts';
import { actors, anyColour, type Family, layer, some, tones } from './family.ts';

/** A dark place with lights far off: low luma, much noise. */
export const night: Family = (random, bank) => {
  const hue = random.between(200, 250);
  return {
    layers: [
      layer(
        random,
        {
          of: [
            [some(random, bank, 'blocks'), 1],
            [some(random, bank, 'clouds'), 2],
          ],
          ramp: tones(random, hue, 0.5, [0.03, random.between(0.45, 0.75)]),
        },
        { parallax: 0.5 },
      ),
      layer(
        random,
        {
          of: [[some(random, bank, 'stones'), 1]],
          ramp: ramp(hsv(30, 0.7, 0.6), hsv(45, 0.5, 1), hsv(random.between(0, 360), 0.6, 1)),
          alpha: above(some(random, bank, 'grain'), random.int(192, 212)),
        },
        { parallax: 0.6 },
      ),
    ],
    actors: actors(random, bank, {
      count: random.int(1, 3),
      shapes: ['figure', 'vehicle', 'head'],
      detail: 'rough',
      colours: anyColour,
      size: [60, 160],
      speed: 45,
      down: [15, 60],
      aside: 170,
    }),
    foreground: [],
    exposure: random.between(0.4, 0.65),
    noise: random.between(2.5, 5),
    vignette: random.between(0.2, 0.45),
  };
};
