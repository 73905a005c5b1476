import { above } from '../scene/texture.ts';
import { actors, anyColour, type Family, layer, some, tones } from './family.ts';

/** Fields and woods from above, with the shadows of clouds. */
export const aerial: Family = (random, bank) => {
  const hue = random.between(50, 110);
  return {
    layers: [
      layer(
        random,
        {
          of: [
            [some(random, bank, 'blocks'), 3],
            [some(random, bank, 'grain'), 1],
          ],
          ramp: tones(random, hue, random.between(0.3, 0.6), [0.15, random.between(0.6, 0.9)], 35),
          other: {
            ramp: tones(random, hue + 40, 0.6, [0.05, 0.4]),
            where: some(random, bank, 'stones'),
            above: 170,
          },
        },
        { parallax: 1 },
      ),
      layer(
        random,
        {
          of: [[some(random, bank, 'foliage'), 1]],
          ramp: tones(random, hue + 20, 0.5, [0.04, 0.4]),
          alpha: above(some(random, bank, 'clouds'), random.int(150, 185), 6),
        },
        { parallax: 1.02 },
      ),
    ],
    actors: actors(random, bank, {
      count: random.int(0, 4),
      shapes: ['vehicle', 'blob'],
      detail: 'clouds',
      colours: anyColour,
      size: [8, 22],
      speed: 40,
      down: [-80, 80],
      aside: 180,
    }),
    foreground: [],
    exposure: random.between(0.8, 1.1),
    noise: random.between(0.6, 1.8),
    vignette: random.between(0, 0.25),
  };
};
