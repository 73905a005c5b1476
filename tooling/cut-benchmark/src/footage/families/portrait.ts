import { actors, type Family, layer, skin, some, tones } from './family.ts';

/** One or two heads before a blurred background. */
export const portrait: Family = (random, bank) => {
  const hue = random.between(0, 360);
  return {
    layers: [
      layer(
        random,
        {
          of: [
            [some(random, bank, 'clouds'), 3],
            [some(random, bank, 'ripples'), random.between(0, 1)],
          ],
          ramp: tones(
            random,
            hue,
            random.between(0.1, 0.6),
            [random.between(0.05, 0.3), random.between(0.5, 0.9)],
            50,
          ),
        },
        { parallax: 0.4 },
      ),
    ],
    actors: actors(random, bank, {
      count: random.int(1, 2),
      shapes: ['head'],
      detail: 'foliage',
      colours: skin,
      size: [180, 260],
      speed: 8,
      down: [5, 35],
      aside: 70,
    }),
    foreground: [],
    exposure: random.between(0.8, 1.05),
    noise: random.between(0.8, 2),
    vignette: random.between(0.1, 0.4),
  };
};
