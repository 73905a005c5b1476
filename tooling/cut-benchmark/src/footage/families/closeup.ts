import { actors, anyColour, type Family, layer, some, tones } from './family.ts';

/** Things close to the lens that fill the view: hands, food, an animal's coat. */
export const closeup: Family = (random, bank) => {
  const hue = random.between(0, 360);
  const kind = random.pick(['stones', 'grass', 'rough']);
  return {
    layers: [
      layer(
        random,
        {
          of: [
            [some(random, bank, kind), 2],
            [some(random, bank, 'clouds'), 2],
          ],
          ramp: tones(
            random,
            hue,
            random.between(0.2, 0.7),
            [random.between(0.05, 0.25), random.between(0.6, 0.95)],
            30,
          ),
        },
        { parallax: 0.9 },
      ),
    ],
    actors: actors(random, bank, {
      count: random.int(1, 3),
      shapes: ['blob', 'slab'],
      detail: 'stones',
      colours: anyColour,
      size: [110, 230],
      speed: 35,
      down: [-40, 60],
      aside: 140,
    }),
    foreground: [],
    exposure: random.between(0.75, 1.05),
    noise: random.between(0.8, 2.4),
    vignette: random.between(0.1, 0.4),
  };
};
