import { actors, anyColour, type Family, layer, skin, some, tones } from './family.ts';

/** Many people at once, in a stand or on a square. */
export const crowd: Family = (random, bank) => ({
  layers: [
    layer(
      random,
      {
        of: [
          [some(random, bank, 'foliage'), 2],
          [some(random, bank, 'stones'), 1],
        ],
        ramp: tones(random, random.between(0, 360), random.between(0.2, 0.5), [0.08, 0.8], 90),
        other: { ramp: skin(random), where: some(random, bank, 'foliage'), above: 175 },
      },
      { parallax: 0.7, drift: [random.between(-3, 3), random.between(-2, 2)] },
    ),
  ],
  actors: actors(random, bank, {
    count: random.int(6, 10),
    shapes: ['head', 'figure', 'head'],
    detail: 'rough',
    colours: (source) => (source.chance(0.5) ? anyColour(source) : skin(source)),
    size: [50, 120],
    speed: 22,
    down: [-50, 90],
    aside: 220,
  }),
  foreground: [],
  exposure: random.between(0.7, 1),
  noise: random.between(1, 3),
  vignette: random.between(0.05, 0.3),
});
